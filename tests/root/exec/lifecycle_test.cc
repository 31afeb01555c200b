// A running container: more processes in it, freezing, killing, and its end.

#include "base/path.h"
#include "base/strings.h"
#include "kernel/cgroup.h"
#include "kernel/namespace.h"
#include "kernel/tty.h"
#include "root/exec/box.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::exec::testing {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

void startIdle(Box& box) {
    box.startSh("echo ready; exec sleep 100");
    box.expectOutput("ready");
}

void kill(Box& box) {
    box.driver().signal(SIGKILL);
    CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, box.finish().status.code);
}

bool isGone(pid_t pid) {
    for (int i = 0; i < 5000; ++i) {
        if (::kill(pid, 0) < 0 && errno == ESRCH) return true;
        usleep(1000);
    }
    return false;
}

} // namespace

EXEC_CASE(pauseAndUnpause) {
    box.startSh("i=0; while :; do i=$((i+1)); echo $i > /count; [ $i = 1 ] && echo ready; done");
    box.expectOutput("ready");
    box.driver().pause();
    expectEqual("FROZEN", box.cgroupFile("freezer", "freezer.state"));
    const std::string count = readFile(box.root() + "/count");
    usleep(50000);
    expectEqual(count, readFile(box.root() + "/count"));
    expectError(ErrorKind::Conflict, "already paused", [&] { box.driver().pause(); });
    box.driver().unpause();
    expectEqual("THAWED", box.cgroupFile("freezer", "freezer.state"));
    expectError(ErrorKind::Conflict, "not paused", [&] { box.driver().unpause(); });
    kill(box);
}

EXEC_CASE(killWhilePaused) {
    startIdle(box);
    box.driver().pause();
    kill(box);
}

EXEC_CASE(cleanWhilePaused) {
    startIdle(box);
    box.driver().pause();
    box.driver().clean(box.command);
    box.finish();
}

EXEC_CASE(processesInside) {
    const pid_t first = box.startSh("sleep 100 & sleep 100 & echo ready; wait");
    box.expectOutput("ready");
    const auto pids = box.driver().pids();
    CPPUNIT_ASSERT_EQUAL(size_t(box.entry().initStays ? 4 : 3), pids.size());
    CPPUNIT_ASSERT(std::find(pids.begin(), pids.end(), first) != pids.end());
    kill(box);
}

EXEC_CASE(execInside) {
    startIdle(box);
    const Result result = box.execSh(
        "echo $A; hostname; cat /proc/1/cmdline; echo; pwd;"
        "echo err >&2; exit 7");
    CPPUNIT_ASSERT_EQUAL(7, result.status.code);
    const std::string first = box.entry().initStays ? "ctrd-init" : "sleep";
    CPPUNIT_ASSERT_MESSAGE(result.out, startsWith(result.out, "\nbox\n" + first));
    expectEqual("err\n", result.err);
    ProcessSpec process = box.shell("echo $A $(id -un) $(pwd) $HOME; touch /tmp/made");
    process.env.emplace_back("A=b");
    process.user = "ann";
    process.workingDirectory = "/tmp";
    expectEqual("b ann /tmp /home/ann\n", box.exec(process).out);
    kill(box);
}

EXEC_CASE(execSharesNamespacesAndLimits) {
    box.command.resources.memory = 32 << 20;
    startIdle(box);
    const std::string script =
        "[ $1 = self ] || set -- $(pidof sleep);"
        "for i in ipc mnt net pid uts; do readlink /proc/$1/ns/$i || exit; done";
    const auto namespaces = [&](const std::string& pid) {
        ProcessSpec process = box.shell(script);
        process.args = {"sh", "-c", script, "sh", pid};
        return box.exec(process).out;
    };
    expectEqual(namespaces("first"), namespaces("self"));
    CPPUNIT_ASSERT(!namespaces("self").empty());
    const Result killed = box.execSh("dd if=/dev/zero of=/dev/shm/x bs=1M count=60");
    CPPUNIT_ASSERT(killed.status.code != 0);
    box.driver().signal(SIGKILL);
    CPPUNIT_ASSERT(box.finish().status.oomKilled);
}

EXEC_CASE(execFailures) {
    startIdle(box);
    const auto execute = [&](const std::string& program) {
        ProcessSpec process = box.command.process;
        process.args = {program};
        box.exec(process);
    };
    expectStartError(127, ErrorKind::InvalidArgument, "executable file not found in $PATH",
                     [&] { execute("nosuchprogram"); });
    expectStartError(126, ErrorKind::InvalidArgument, "permission denied",
                     [&] { execute("/etc/passwd"); });
    ProcessSpec process = box.shell("true");
    process.workingDirectory = "/not/there";
    expectStartError(125, ErrorKind::InvalidArgument, "'/not/there'", [&] { box.exec(process); });
    box.driver().pause();
    expectStartError(125, ErrorKind::Conflict, "is paused", [&] { execute("true"); });
    kill(box);
    expectStartError(125, ErrorKind::Conflict, "not running", [&] { execute("true"); });
}

EXEC_CASE(execTakesSignals) {
    startIdle(box);
    Pipe out = Pipe::create();
    Stdio stdio;
    stdio.out = std::move(out.writeEnd);
    const pid_t pid = box.driver().exec(
        box.shell("trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done"), std::move(stdio));
    char buffer[6];
    CPPUNIT_ASSERT_EQUAL(sizeof buffer, readFully(out.readEnd.get(), buffer, sizeof buffer));
    ::kill(pid, SIGTERM);
    CPPUNIT_ASSERT_EQUAL(9 << 8, reap(pid));
    kill(box);
}

EXEC_CASE(execIsKilled) {
    startIdle(box);
    const size_t before = box.driver().pids().size();
    const pid_t pid = box.driver().exec(box.shell("exec sleep 1000"), Stdio());
    CPPUNIT_ASSERT_EQUAL(before + 1, box.driver().pids().size());
    ::kill(pid, SIGKILL);
    CPPUNIT_ASSERT_EQUAL(SIGKILL, reap(pid));
    for (int i = 0; i < 5000 && box.driver().pids().size() > before; ++i)
        usleep(1000);
    CPPUNIT_ASSERT_EQUAL(before, box.driver().pids().size());
    CPPUNIT_ASSERT_EQUAL(128 + SIGSEGV, box.execSh("kill -SEGV $$").status.code);
    kill(box);
}

EXEC_CASE(execWithATerminal) {
    startIdle(box);
    kernel::Pty pty = kernel::openPty();
    ProcessSpec process = box.shell("stty size; exec < /dev/tty; read x; echo got $x");
    process.tty = true;
    process.rows = 33;
    process.columns = 111;
    Stdio stdio;
    stdio.in = duplicate(pty.slave.get());
    stdio.out = duplicate(pty.slave.get());
    stdio.err = std::move(pty.slave);
    const pid_t pid = box.driver().exec(process, std::move(stdio));
    CPPUNIT_ASSERT(readTerminal(pty.master.get(), "33 111") != "");
    writeAll(pty.master.get(), "word\n");
    const std::string seen = readTerminal(pty.master.get(), "got word");
    CPPUNIT_ASSERT_MESSAGE(seen, seen.find("got word") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(0, reap(pid));
    kill(box);
}

EXEC_CASE(terminal) {
    kernel::Pty pty = kernel::openPty();
    box.command.process.tty = true;
    box.command.process.rows = 40;
    box.command.process.columns = 90;
    box.terminal = std::move(pty.slave);
    box.startSh(
        "tty; stty size; trap 'echo interrupted; exit 5' INT; echo ready;"
        "while :; do sleep 0.1; done");
    const std::string seen = readTerminal(pty.master.get(), "ready\r\n");
    expectEqual("/dev/console\r\n40 90\r\nready\r\n", seen);
    writeAll(pty.master.get(), "\x03"); // reaches the foreground group of a controlling terminal
    const std::string answer = readTerminal(pty.master.get(), "interrupted");
    CPPUNIT_ASSERT_MESSAGE(answer, answer.find("interrupted") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(5, box.finish().status.code);
}

EXEC_CASE(terminalOfAnotherUser) {
    kernel::Pty pty = kernel::openPty();
    box.command.process.tty = true;
    box.command.process.user = "ann";
    box.terminal = std::move(pty.slave);
    box.startSh("echo mine > /dev/console && echo ready");
    expectEqual("mine\r\nready\r\n", readTerminal(pty.master.get(), "ready\r\n"));
    box.finish();
}

EXEC_CASE(hostPidNamespace) {
    box.command.pid.mode = NamespaceMode::Host;
    box.startSh("sleep 100 > /dev/null 2>&1 & echo $$ $!");
    box.expectOutput("\n");
    const auto before = box.driver().pids();
    const Result result = box.finish();
    CPPUNIT_ASSERT_EQUAL(0, result.status.code);
    for (const pid_t pid : before)
        CPPUNIT_ASSERT(isGone(pid));
}

EXEC_CASE(hostPidNamespaceKill) {
    box.command.pid.mode = NamespaceMode::Host;
    box.startSh("sleep 100 & echo ready; wait");
    box.expectOutput("ready");
    const auto pids = box.driver().pids();
    CPPUNIT_ASSERT_EQUAL(size_t(box.entry().initStays ? 3 : 2), pids.size());
    CPPUNIT_ASSERT_EQUAL(0, box.execSh("true").status.code);
    kill(box);
    for (const pid_t pid : pids)
        CPPUNIT_ASSERT(isGone(pid));
}

EXEC_CASE(hostUtsAndIpc) {
    box.command.uts.mode = NamespaceMode::Host;
    box.command.ipc.mode = NamespaceMode::Host;
    char ours[256] = {};
    CPPUNIT_ASSERT(readlink("/proc/self/ns/ipc", ours, sizeof ours - 1) > 0);
    char name[256];
    CPPUNIT_ASSERT_EQUAL(0, gethostname(name, sizeof name));
    expectEqual(std::string(name) + "\n" + ours + "\n",
                box.sh("hostname; readlink /proc/self/ns/ipc").out);
}

EXEC_CASE(joinsAnotherContainersNamespaces) {
    startIdle(box);
    const std::string first = "/proc/" + std::to_string(box.driver().pids().at(0)) + "/ns/";
    const auto second = box.command;
    Box other(box.entry());
    other.command.id = "other";
    other.command.cgroupPath = dirName(second.cgroupPath) + "-other/box";
    if (!box.entry().noEntry) other.command.pid = {NamespaceMode::Join, first + "pid"};
    other.command.ipc = {NamespaceMode::Join, first + "ipc"};
    other.command.uts = {NamespaceMode::Join, first + "uts"};
    const Result result = other.sh("hostname; cat /proc/1/cmdline | tr '\\0' ' '");
    const std::string one = box.entry().noEntry ? "ctrd-init" : "sleep 100 ";
    CPPUNIT_ASSERT_MESSAGE(result.out, startsWith(result.out, "box\n" + one));
    kernel::openCgroupTree()->remove(dirName(other.command.cgroupPath), {"devices"});
    kernel::Cgroup(*kernel::openCgroupTree(), dirName(other.command.cgroupPath)).destroy();
    kill(box);
}

EXEC_CASE(networkNamespaceIsJoined) {
    const Fd own = kernel::openNamespace(getpid(), kernel::NamespaceKind::Net);
    kernel::unshareNamespace(kernel::NamespaceKind::Net);
    box.networkNamespace = kernel::openNamespace(getpid(), kernel::NamespaceKind::Net);
    kernel::enterNamespace(own.get(), kernel::NamespaceKind::Net);
    box.startSh("ls /sys/class/net; tail -n +3 /proc/net/dev | wc -l; echo ready; exec sleep 100");
    box.expectOutput("ready");
    CPPUNIT_ASSERT(box.driver().stats().networks.empty()); // all there is is lo
    box.driver().signal(SIGKILL);
    const Result result = box.finish();
    CPPUNIT_ASSERT_MESSAGE(result.out, startsWith(result.out, "lo\n1\n"));
}

// What a driver listens on, a container that shares the host's network must not reach.
EXEC_CASE(noSocketOfTheDriver) {
    expectEqual("0\n", box.sh("grep -c '@.*/box/' /proc/net/unix").out);
}

// A monitor that is killed takes its container along; a driver that never saw it cleans up.
EXEC_CASE(killedMonitorKillsTheContainer) {
    Pipe pids = Pipe::create();
    const pid_t monitor = fork();
    if (monitor == 0) {
        const pid_t pid = box.startSh("trap '' TERM HUP INT; while :; do sleep 100; done");
        writeAll(pids.writeEnd.get(), &pid, sizeof pid);
        pause();
        _exit(0);
    }
    pid_t container = 0;
    CPPUNIT_ASSERT_EQUAL(sizeof container,
                         readFully(pids.readEnd.get(), &container, sizeof container));
    CPPUNIT_ASSERT_EQUAL(0, ::kill(container, 0));
    ::kill(monitor, SIGKILL);
    reap(monitor);
    CPPUNIT_ASSERT(isGone(container));
    box.anotherDriver()->clean(box.command);
}

EXEC_CASE(cleanKillsWhatIsLeft) {
    Pipe pids = Pipe::create();
    box.command.pid.mode = NamespaceMode::Host;
    const pid_t first = box.startSh("(trap '' TERM; while :; do sleep 1; done) & echo ready; wait");
    box.expectOutput("ready");
    const auto all = box.driver().pids();
    CPPUNIT_ASSERT(all.size() >= 2);
    box.anotherDriver()->clean(box.command);
    for (const pid_t pid : all)
        if (pid != first) CPPUNIT_ASSERT(isGone(pid));
    CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, box.finish().status.code);
}

EXEC_CASE(cleanOfNothing) {
    box.driver().clean(box.command);
    Command nonsense;
    nonsense.cgroupPath = "/"; // everything on the host is in there
    box.driver().clean(nonsense);
    nonsense.cgroupPath = "";
    box.driver().clean(nonsense);
}

EXEC_CASE(startsAgainAfterClean) {
    for (int i = 0; i < 3; ++i)
        CPPUNIT_ASSERT_EQUAL(i, box.sh("exit " + std::to_string(i)).status.code);
}

EXEC_CASE(limitsOfAnEarlierRunAreGone) {
    box.command.resources.cpuShares = 512;
    startIdle(box);
    box.driver().signal(SIGKILL);
    box.driver().exitStatus(reap(box.child()));
    box.command.resources.cpuShares = 0; // and nobody cleaned
    startIdle(box);
    expectEqual("1024", box.cgroupFile("cpu", "cpu.shares"));
    kill(box);
}

EXEC_CASE(groupsMadeBelowGoToo) {
    startIdle(box);
    const auto tree = kernel::openCgroupTree();
    tree->create(joinPath(box.command.cgroupPath, "one/two"), {"devices", "memory"});
    kill(box);
    box.expectNothingLeft();
}

EXEC_CASE(cgroupInUseIsRefused) {
    startIdle(box);
    auto second = box.anotherDriver();
    expectStartError(125, ErrorKind::Conflict, "processes of an earlier run",
                     [&] { second->start(box.command, Stdio()); });
    CPPUNIT_ASSERT_EQUAL(size_t(box.entry().initStays ? 2 : 1), box.driver().pids().size());
    kill(box);
}

} // namespace ctrd::exec::testing

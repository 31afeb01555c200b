// What ctrd-monitor does to a real container and to the host.

#include "base/strings.h"
#include "kernel/cgroup.h"
#include "unit/monitor/container.h"

#include <csignal>

#include <sys/stat.h>
#include <unistd.h>

using namespace ctrd;
using namespace ctrd::monitor;
using namespace ctrd::monitor::testing;
using ctrd::testing::expectEqual;

namespace {

// Kilobytes of memory that are this process' alone.  The pages of the program are not: they are
// every monitor's as soon as there are two.
long long privateMemory(pid_t pid) {
    long long total = 0;
    for (const auto& line : split(readFile("/proc/" + std::to_string(pid) + "/smaps"), '\n'))
        if (startsWith(line, "Private_Dirty:")) total += *parseInt(splitWords(line)[1]);
    return total;
}

size_t openFiles(pid_t pid) {
    return listDir("/proc/" + std::to_string(pid) + "/fd").size();
}

} // namespace

class DriverMonitorTest : public ContainerTest {
    CPPUNIT_TEST_SUITE(DriverMonitorTest);
    CPPUNIT_TEST(inheritsNoSignalsAndDescriptors);
    CPPUNIT_TEST(mountsDoNotLeak);
    CPPUNIT_TEST(cgroupIsGoneAtTheExitEvent);
    CPPUNIT_TEST(killedMonitorLeavesNoProcess);
    CPPUNIT_TEST(outOfMemory);
    CPPUNIT_TEST(letsGoOfTheLauncher);
    CPPUNIT_TEST(keepsFewDescriptors);
    CPPUNIT_TEST(isSmall);
    CPPUNIT_TEST(hostPidNamespace);
    CPPUNIT_TEST(execEndsWithHostPidNamespace);
    CPPUNIT_TEST_SUITE_END();

    std::string outputOf(const std::string& script) {
        container_->setScript(script);
        container_->launchAndStart();
        container_->waitForEnd();
        return container_->logged().out;
    }

    std::string mountsOfTheHost() { return readFile("/proc/self/mounts"); }

public:
    void inheritsNoSignalsAndDescriptors() {
        expectEqual("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0\n1\n2\n3\n",
                    outputOf("grep -e SigBlk -e SigIgn /proc/self/status; ls /proc/self/fd"));
    }

    void mountsDoNotLeak() {
        const std::string before = mountsOfTheHost();
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        expectEqual(before, mountsOfTheHost());
        container_->client->signal(SIGKILL);
        container_->waitForEnd();
        expectEqual(before, mountsOfTheHost());
    }

    void cgroupIsGoneAtTheExitEvent() {
        const auto tree = kernel::openCgroupTree();
        const kernel::Cgroup group(*tree, container_->request.command.cgroupPath);
        container_->setArgs({"sleep", "0.1"});
        container_->launchAndStart();
        CPPUNIT_ASSERT(group.exists());
        CPPUNIT_ASSERT(container_->client->readEvent().kind == Event::Kind::Exit);
        CPPUNIT_ASSERT(!group.exists());
    }

    void killedMonitorLeavesNoProcess() {
        container_->setScript("sleep 1000 & sleep 1000 & wait");
        container_->launchAndStart();
        CPPUNIT_ASSERT(eventually([&] { return container_->client->pids().size() == 3; }));
        const auto pids = container_->client->pids();
        ::kill(monitorOf(container_->pid), SIGKILL);
        for (const pid_t pid : pids)
            CPPUNIT_ASSERT(eventually([&] { return !isAlive(pid); }));
    }

    void outOfMemory() {
        container_->request.command.resources.memory = 16 << 20;
        container_->setScript("tail -c 64m /dev/zero");
        container_->launchAndStart();
        bool told = false;
        Event event;
        do {
            event = container_->client->readEvent();
            container_->client->acknowledge(event);
            told |= event.kind == Event::Kind::Oom;
            CPPUNIT_ASSERT(event.kind != Event::Kind::Gone);
        } while (event.kind != Event::Kind::Exit);
        CPPUNIT_ASSERT_EQUAL(137, event.exit.status.code);
        CPPUNIT_ASSERT(event.exit.status.oomKilled);
        CPPUNIT_ASSERT(told);
        CPPUNIT_ASSERT(readExitRecord(container_->request.stateDirectory)->status.oomKilled);
    }

    // Neither its session, terminal, directory nor standard streams.
    void letsGoOfTheLauncher() {
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        const std::string proc = "/proc/" + std::to_string(monitorOf(container_->pid));
        char target[4096];
        const auto linkOf = [&](const char* name) {
            const ssize_t n = readlink(joinPath(proc, name).c_str(), target, sizeof target);
            return std::string(target, n > 0 ? static_cast<size_t>(n) : 0);
        };
        expectEqual("/", linkOf("cwd"));
        expectEqual("/dev/null", linkOf("fd/0"));
        expectEqual("/dev/null", linkOf("fd/1"));
        expectEqual(joinPath(container_->request.stateDirectory, "monitor.log"), linkOf("fd/2"));
        CPPUNIT_ASSERT(getsid(monitorOf(container_->pid)) != getsid(0));
    }

    void keepsFewDescriptors() {
        container_->openStdin(false);
        container_->setArgs({"cat"});
        container_->launchAndStart();
        const pid_t monitor = monitorOf(container_->pid);
        const size_t before = openFiles(monitor);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(before), before < 25);
        for (int i = 0; i < 30; ++i) {
            TestClient attached, running;
            container_->attach(attached, true);
            container_->client->exec(container_->execRequest("e", "echo x"), running.takeOther());
            container_->waitFor(Event::Kind::ExecExit);
            expectEqual("x\n", running.readFrames().out);
        }
        CPPUNIT_ASSERT(eventually([&] { return openFiles(monitor) == before; }));
    }

    void isSmall() {
        container_->setScript("seq 1 100000; sleep 100");
        container_->launchAndStart();
        CPPUNIT_ASSERT(eventually([&] { return container_->logged().lines == 100000; }));
        const pid_t monitor = monitorOf(container_->pid);
        sleep(2); // until the buffers of the burst are given back
        CPPUNIT_ASSERT_MESSAGE(std::to_string(privateMemory(monitor)) + " kB",
                               privateMemory(monitor) <= 1536);
    }

    // The kernel kills nobody there: what is left must not outlive the container.
    void hostPidNamespace() {
        container_->request.command.pid.mode = exec::NamespaceMode::Host;
        container_->setScript("(while :; do echo noise; done) & sleep 0.2; exit 3");
        container_->launchAndStart();
        const Event event = container_->waitFor(Event::Kind::Exit);
        CPPUNIT_ASSERT_EQUAL(3, event.exit.status.code);
        const auto tree = kernel::openCgroupTree();
        CPPUNIT_ASSERT(!kernel::Cgroup(*tree, container_->request.command.cgroupPath).exists());
        CPPUNIT_ASSERT(container_->logged().lines > 10);
    }

    void execEndsWithHostPidNamespace() {
        container_->request.command.pid.mode = exec::NamespaceMode::Host;
        container_->setArgs({"sleep", "100"});
        container_->launchAndStart();
        container_->client->exec(container_->execRequest("e", "exec sleep 100"), Fd());
        container_->client->signal(SIGKILL);
        const Event event = container_->waitFor(Event::Kind::ExecExit);
        CPPUNIT_ASSERT_EQUAL(137, event.exitCode);
        CPPUNIT_ASSERT_EQUAL(137, container_->waitForEnd());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DriverMonitorTest);

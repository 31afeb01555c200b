// ctrd-init as the first process of a container.

#include "base/strings.h"
#include "kernel/tty.h"
#include "root/exec/box.h"

#include <csignal>
#include <cstdlib>

namespace ctrd::exec::testing {

using ctrd::testing::expectEqual;

namespace {

void useInit(Box& box) {
    const char* top = std::getenv("abs_top_builddir");
    char* const path = realpath((std::string(top ? top : ".") + "/src/ctrd-init").c_str(), nullptr);
    CPPUNIT_ASSERT_MESSAGE("src/ctrd-init is not built", path != nullptr);
    box.command.initPath = path;
    free(path);
}

} // namespace

EXEC_CASE(initRunsTheCommand) {
    useInit(box);
    const Result result = box.sh("echo $$; tr '\\0' ' ' < /proc/1/cmdline; exit 3");
    CPPUNIT_ASSERT_EQUAL(3, result.status.code);
    CPPUNIT_ASSERT_MESSAGE(result.out, result.out != "1\n");
    const std::string line = box.entry().initStays ? "ctrd-init --agent" : "/dev/init -- sh -c";
    CPPUNIT_ASSERT_MESSAGE(result.out, result.out.find(line) != std::string::npos);
}

EXEC_CASE(initCannotBeWritten) {
    useInit(box);
    const Result result = box.sh("echo x > /dev/init; echo $?; echo x > /proc/1/exe; echo $?");
    expectEqual("1\n1\n", result.out);
}

EXEC_CASE(initReaps) {
    useInit(box);
    // The orphan's parent ends first, so that the orphan is the first process' to reap.
    const Result result = box.sh(
        "sh -c 'sleep 0.1 &'; sleep 0.4; grep -c Z /proc/[0-9]*/stat |"
        "grep -v ':0' | wc -l");
    expectEqual("0\n", result.out);
}

EXEC_CASE(initForwardsSignals) {
    useInit(box);
    box.startSh("trap 'echo got; exit 9' TERM; echo ready; while :; do sleep 0.1; done");
    box.expectOutput("ready");
    box.driver().signal(SIGTERM);
    CPPUNIT_ASSERT_EQUAL(9, box.finish().status.code);
}

EXEC_CASE(initTellsDeathBySignal) {
    useInit(box);
    CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, box.sh("kill -9 $$").status.code);
}

EXEC_CASE(initReapsInTheHostsPidNamespace) {
    useInit(box);
    box.command.pid.mode = NamespaceMode::Host;
    const Result result = box.sh(
        "sh -c 'sleep 0.1 & echo $!' > /orphan; sleep 0.4;"
        "[ -e /proc/$(cat /orphan) ]; echo $?");
    expectEqual("1\n", result.out);
}

EXEC_CASE(initLeavesTheTerminalToTheCommand) {
    useInit(box);
    kernel::Pty pty = kernel::openPty();
    box.command.process.tty = true;
    box.terminal = std::move(pty.slave);
    box.startSh(
        "trap 'echo interrupted; exit 5' INT; read line; echo got $line;"
        "while :; do sleep 0.1; done");
    writeAll(pty.master.get(), "word\n");
    CPPUNIT_ASSERT(readTerminal(pty.master.get(), "got word").find("got word") !=
                   std::string::npos);
    writeAll(pty.master.get(), "\x03");
    CPPUNIT_ASSERT(readTerminal(pty.master.get(), "interrupted").find("interrupted") !=
                   std::string::npos);
    CPPUNIT_ASSERT_EQUAL(5, box.finish().status.code);
}

EXEC_CASE(initProgramNotThere) {
    useInit(box);
    expectStartError(127, ErrorKind::InvalidArgument, "executable file not found in $PATH",
                     [&] { box.run({"nosuchprogram"}); });
}

} // namespace ctrd::exec::testing

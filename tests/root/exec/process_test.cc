// What the first process is: its program, identity, environment and end.

#include "base/strings.h"
#include "root/exec/box.h"

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::exec::testing {

using ctrd::testing::expectEqual;

EXEC_CASE(exitCodes) {
    CPPUNIT_ASSERT_EQUAL(0, box.run({"true"}).status.code);
    const Result result = box.sh("echo out; echo err >&2; exit 3");
    CPPUNIT_ASSERT_EQUAL(3, result.status.code);
    CPPUNIT_ASSERT_EQUAL(0, result.status.signal);
    expectEqual("out\n", result.out);
    expectEqual("err\n", result.err);
}

EXEC_CASE(deathBySignal) {
    box.start({"sleep", "100"});
    box.driver().signal(SIGKILL);
    const Result result = box.finish();
    CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, result.status.code);
    CPPUNIT_ASSERT_EQUAL(SIGKILL, result.status.signal);
    CPPUNIT_ASSERT(!result.status.oomKilled);
}

EXEC_CASE(signalsReachTheProgram) {
    box.startSh("trap 'echo got; exit 9' TERM; echo ready; while :; do sleep 0.1; done");
    box.expectOutput("ready");
    box.driver().signal(SIGTERM);
    const Result result = box.finish();
    CPPUNIT_ASSERT_EQUAL(9, result.status.code);
    expectEqual("ready\ngot\n", result.out);
}

EXEC_CASE(firstProcessOfItsPidNamespace) {
    const Result result = box.sh("echo $$; ls -d /proc/[0-9]*[0-9] /proc/1 | wc -l");
    if (!box.entry().initStays) CPPUNIT_ASSERT_MESSAGE(result.out, startsWith(result.out, "1\n"));
    CPPUNIT_ASSERT_MESSAGE(result.out, result.out.size() < 8); // few processes, small numbers
}

EXEC_CASE(environment) {
    box.command.process.env = {"PATH=/bin", "A=b c", "EMPTY="};
    const Result result = box.run({"env"});
    expectEqual("PATH=/bin\nA=b c\nEMPTY=\nHOME=/root\n", result.out);
    box.command.process.env = {"PATH=/bin", "HOME=/elsewhere"};
    expectEqual("PATH=/bin\nHOME=/elsewhere\n", box.run({"env"}).out);
}

EXEC_CASE(workingDirectoryIsMade) {
    box.command.process.workingDirectory = "/srv/deep/er";
    expectEqual("/srv/deep/er\n", box.run({"pwd"}).out);
}

EXEC_CASE(users) {
    box.command.process.user = "ann";
    expectEqual("uid=1000(ann) gid=1001(ann) groups=10(wheel)\n", box.run({"id"}).out);
    expectEqual("/home/ann\n", box.sh("echo $HOME").out);
    box.command.process.user = "1234:extra";
    box.command.process.extraGroups = {"wheel", "88"};
    expectEqual("1234 77 77 10 88\n", box.sh("echo $(id -u) $(id -g) $(id -G)").out);
}

EXEC_CASE(unknownUser) {
    box.command.process.user = "nobodyhere";
    expectStartError(125, ErrorKind::InvalidArgument, "unable to find user nobodyhere",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(outputOfAnotherUser) {
    box.command.process.user = "ann";
    expectEqual("seen\n", box.sh("echo seen > /dev/stdout").out);
}

EXEC_CASE(hostName) {
    box.command.hostname = "sparrow";
    box.command.domainname = "example.com";
    expectEqual("sparrow\nexample.com\n", box.sh("hostname; cat /proc/sys/kernel/domainname").out);
}

EXEC_CASE(programNotThere) {
    expectStartError(127, ErrorKind::InvalidArgument, "executable file not found in $PATH",
                     [&] { box.run({"nosuchprogram"}); });
    box.expectNothingLeft();
    expectStartError(127, ErrorKind::InvalidArgument, "'/bin/nosuch': no such file or directory",
                     [&] { box.run({"/bin/nosuch"}); });
}

EXEC_CASE(programNotExecutable) {
    expectStartError(126, ErrorKind::InvalidArgument, "'/etc/passwd': permission denied",
                     [&] { box.run({"/etc/passwd"}); });
    box.expectNothingLeft();
    expectStartError(126, ErrorKind::InvalidArgument, "'/etc': is a directory",
                     [&] { box.run({"/etc"}); });
}

EXEC_CASE(programWithoutInterpreter) {
    const std::string script = box.root() + "/bin/script";
    writeAll(openFile(script, O_WRONLY | O_CREAT, 0755).get(), "#!/bin/nosuchshell\n");
    expectStartError(127, ErrorKind::InvalidArgument, "interpreter",
                     [&] { box.run({"/bin/script"}); });
}

EXEC_CASE(workingDirectoryIsAFile) {
    box.command.process.workingDirectory = "/etc/passwd";
    expectStartError(125, ErrorKind::InvalidArgument, "'/etc/passwd' as the working directory",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(noSignalIsIgnoredOrBlocked) {
    const Result result = box.run({"grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"});
    expectEqual("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", result.out);
}

EXEC_CASE(noDescriptorOfTheMonitor) {
    const Fd inherited(dup(2)); // without close-on-exec
    // The fourth is ls' own, of the directory it reads.
    expectEqual("0\n1\n2\n3\n", box.run({"ls", "/proc/self/fd"}).out);
}

EXEC_CASE(sessionOfItsOwn) {
    expectEqual("1 1\n", box.sh("set -- $(cat /proc/1/stat); echo $5 $6").out);
}

} // namespace ctrd::exec::testing

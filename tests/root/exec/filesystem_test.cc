// The tree a container sees, and that nothing of it is anywhere else.

#include "base/strings.h"
#include "exec/defaults.h"
#include "root/exec/box.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::exec::testing {

using ctrd::testing::expectEqual;

namespace {

void writeText(const std::string& path, const std::string& text) {
    writeAll(openFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), text);
}

void link(const std::string& content, const std::string& path) {
    if (symlink(content.c_str(), path.c_str()) < 0) throw SystemError("link '" + path + "'");
}

void removeMount(Command& command, const std::string& target) {
    auto& mounts = command.mounts;
    for (size_t i = mounts.size(); i-- > 0;)
        if (mounts[i].target == target) mounts.erase(mounts.begin() + static_cast<long>(i));
}

} // namespace

EXEC_CASE(mountsOfItsOwnOnly) {
    // What this kernel has of that.
    const auto ifThere = [](const std::string& path) { return exists(path) ? path + " " : ""; };
    const Result result = box.sh("cut -d' ' -f2 /proc/self/mounts | sort -u | tr '\\n' ' '");
    expectEqual("/ /dev /dev/mqueue /dev/pts /dev/shm /proc /proc/bus /proc/fs /proc/irq " +
                    ifThere("/proc/kcore") + "/proc/sys " + ifThere("/proc/sysrq-trigger") +
                    "/sys ",
                result.out);
}

EXEC_CASE(devices) {
    const Result result = box.sh(
        "cd /dev; for i in null zero full tty urandom random; do stat -c '%n %F %t:%T %a' $i; done;"
        "for i in ptmx fd stdin stdout stderr core; do readlink $i; done;"
        "echo x > null && head -c 3 zero | wc -c");
    expectEqual(
        "null character special file 1:3 666\n"
        "zero character special file 1:5 666\n"
        "full character special file 1:7 666\n"
        "tty character special file 5:0 666\n"
        "urandom character special file 1:9 666\n"
        "random character special file 1:8 666\n"
        "pts/ptmx\n/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\n"
        "/proc/kcore\n3\n",
        result.out);
}

EXEC_CASE(maskedAndReadOnlyPaths) {
    box.command.maskedPaths.emplace_back("/proc/version");
    const Result result = box.sh(
        "wc -c < /proc/version;"
        "echo 1 > /proc/sys/kernel/printk; echo $?;"
        "mkdir /sys/kernel/x; echo $?");
    expectEqual("0\n1\n1\n", result.out);
    CPPUNIT_ASSERT_MESSAGE(result.err,
                           result.err.find("Read-only file system") != std::string::npos);
}

EXEC_CASE(maskedDirectory) {
    makeDirs(box.root() + "/secret/below");
    box.command.maskedPaths.emplace_back("/secret");
    box.command.maskedPaths.emplace_back("/not/there");
    expectEqual("0\n", box.sh("ls -A /secret | wc -l; touch /secret/x").out);
}

EXEC_CASE(readOnlyRoot) {
    box.command.readOnlyRootfs = true;
    box.command.process.workingDirectory = "/made/before";
    const Result result = box.sh("touch /x; echo $?; touch /dev/shm/x; echo $?; pwd");
    expectEqual("1\n0\n/made/before\n", result.out);
}

EXEC_CASE(binds) {
    writeText(box.host() + "/file", "from the host");
    box.addBind(box.host(), "/data");
    box.addBind(box.host(), "/frozen", {"ro"});
    box.addBind(box.host() + "/file", "/etc/onefile", {"ro"});
    const Result result = box.sh(
        "cat /data/file; touch /data/new; touch /frozen/no; echo $?;"
        "cat /etc/onefile; echo > /etc/onefile; echo $?");
    expectEqual("from the host1\nfrom the host1\n", result.out);
    CPPUNIT_ASSERT(exists(box.host() + "/new"));
    CPPUNIT_ASSERT(!exists(box.host() + "/no"));
}

EXEC_CASE(bindKeepsTheFlagsOfItsSource) {
    CPPUNIT_ASSERT_EQUAL(0, mount("tmpfs", box.host().c_str(), "tmpfs", MS_NOEXEC, nullptr));
    box.addBind(box.host(), "/data", {"nosuid"});
    const Result result = box.sh("grep /data /proc/self/mounts");
    CPPUNIT_ASSERT_EQUAL(0, umount(box.host().c_str()));
    CPPUNIT_ASSERT_MESSAGE(result.out, result.out.find("nosuid,noexec") != std::string::npos);
}

EXEC_CASE(bindWithoutSource) {
    box.addBind(box.host() + "/nothing", "/data");
    expectStartError(125, ErrorKind::InvalidArgument, "no such file or directory on the host",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(bindOfAFileOnADirectory) {
    writeText(box.host() + "/file", "");
    box.addBind(box.host() + "/file", "/etc");
    expectStartError(125, ErrorKind::InvalidArgument, "one is a directory",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(mountOnTheRoot) {
    box.addBind(box.host(), "/tmp/..");
    expectStartError(125, ErrorKind::InvalidArgument, "the container's root",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(unknownFileSystem) {
    box.command.mounts.push_back({"nosuchfs", "x", "/data", {}, ""});
    expectStartError(125, ErrorKind::Internal, "cannot mount 'x' (nosuchfs) on '/data'",
                     [&] { box.run({"true"}); });
}

// An image whose links point at places of the host: all must end inside its own root.
EXEC_CASE(linksDoNotLeadOut) {
    const std::string trap = box.host() + "/trap";
    makeDirs(trap);
    writeText(box.host() + "/file", "data");
    link(trap, box.root() + "/absolute");
    link("../../../../../.." + trap, box.root() + "/relative");
    link("/absolute", box.root() + "/chain");
    box.addBind(box.host() + "/file", "/absolute/a");
    box.addBind(box.host() + "/file", "/relative/b");
    box.addBind(box.host() + "/file", "/chain/deep/c");
    box.command.maskedPaths.emplace_back("/chain/a");
    box.command.devices.push_back({"/absolute/node", 'c', 1, 3});
    const Result result =
        box.sh("cd " + trap + " && wc -c < a; cat b deep/c; [ -c node ] && echo node");
    expectEqual("0\ndatadatanode\n", result.out);
    CPPUNIT_ASSERT(listDir(trap).empty());
}

EXEC_CASE(devIsALinkToTheHost) {
    const std::string trap = box.host() + "/dev";
    makeDirs(trap);
    removePath(box.root() + "/dev");
    link(trap, box.root() + "/dev");
    const auto run = [&] {
        CPPUNIT_ASSERT_EQUAL(0, box.sh("[ -c /dev/null ] && echo > /dev/null").status.code);
    };
    if (box.entry().noLinkedDev)
        expectStartError(125, ErrorKind::Internal, "\"/dev\"", run);
    else
        run();
    CPPUNIT_ASSERT(listDir(trap).empty());
}

EXEC_CASE(procMustNotBeALink) {
    removePath(box.root() + "/proc");
    link("/tmp", box.root() + "/proc");
    expectStartError(125, ErrorKind::Internal, "'/proc'", [&] { box.run({"true"}); });
}

EXEC_CASE(loopOfLinks) {
    link("/b", box.root() + "/a");
    link("/a", box.root() + "/b");
    box.addBind(box.host(), "/a/x");
    expectStartError(125, ErrorKind::Internal, "Too many levels of symbolic links",
                     [&] { box.run({"true"}); });
}

// Links that name a file on the host are not taken for the image's accounts either.
EXEC_CASE(accountsAreTheImages) {
    writeText(box.host() + "/passwd", "stranger:x:4711:4711::/:/bin/sh\n");
    removePath(box.root() + "/etc/passwd");
    link(box.host() + "/passwd", box.root() + "/etc/passwd");
    box.command.process.user = "stranger";
    expectStartError(125, ErrorKind::InvalidArgument, "unable to find user stranger",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(accountsAreNoFile) {
    removePath(box.root() + "/etc/passwd");
    CPPUNIT_ASSERT_EQUAL(0, mkfifo((box.root() + "/etc/passwd").c_str(), 0600));
    expectEqual("/\n", box.sh("echo $HOME").out);
}

EXEC_CASE(overlayRoot) {
    const std::string base = box.host();
    for (const char* name : {"upper", "work"})
        makeDirs(joinPath(base, name));
    box.command.rootfs = {"overlay",
                          "overlay",
                          "",
                          {"lowerdir=" + box.root(), "upperdir=upper", "workdir=work"},
                          base};
    CPPUNIT_ASSERT_EQUAL(0, box.sh("echo new > /etc/new").status.code);
    CPPUNIT_ASSERT(exists(base + "/upper/etc/new"));
    CPPUNIT_ASSERT(!exists(box.root() + "/etc/new"));
}

EXEC_CASE(brokenRoot) {
    box.command.rootfs = {"bind", box.host() + "/nothing", "", {}, ""};
    expectStartError(125, ErrorKind::Internal, "No such file or directory",
                     [&] { box.run({"true"}); });
}

EXEC_CASE(privilegedDefaults) {
    box.command.mounts = defaultMounts(true);
    box.command.devices = defaultDeviceNodes(true);
    box.command.maskedPaths = defaultMaskedPaths(true);
    box.command.readOnlyPaths = defaultReadOnlyPaths(true);
    box.command.resources.devices = kernel::allDeviceRules();
    const Result result = box.sh(
        "[ -c /dev/kmsg ] && echo kmsg; readlink /dev/ptmx;"
        "grep -c ' ro,' /proc/self/mounts");
    expectEqual("kmsg\npts/ptmx\n0\n", result.out);
}

EXEC_CASE(devOfTheHost) {
    removeMount(box.command, "/dev");
    removeMount(box.command, "/dev/pts");
    removeMount(box.command, "/dev/shm");
    removeMount(box.command, "/dev/mqueue");
    box.addBind("/dev", "/dev", {"rbind"});
    const auto before = listDir("/dev");
    CPPUNIT_ASSERT_EQUAL(0, box.sh("[ -c /dev/null ]").status.code);
    CPPUNIT_ASSERT(before == listDir("/dev"));
}

} // namespace ctrd::exec::testing

#include "old_kernel/mounts.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "kernel/mount.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace old_kernel {

using namespace ctrd;

namespace {

constexpr const char* kStage = "/proc/fs"; // as the native driver: a directory every kernel has
const std::set<std::string> kControllers = {"cpuset",  "cpu",     "cpuacct", "memory",
                                            "devices", "freezer", "net_cls", "blkio"};

std::string linkContent(const std::string& path) {
    char content[PATH_MAX];
    const ssize_t size = readlink(path.c_str(), content, sizeof content);
    if (size < 0) throw SystemError("read the link '" + path + "'");
    return std::string(content, static_cast<size_t>(size));
}

void bindTo(const std::string& source, const std::string& target) {
    kernel::mountAt({"bind", source, "", {"rbind"}, ""}, target);
}

void makeNode(const std::string& path, const struct stat& like) {
    if (mknod(path.c_str(), like.st_mode, like.st_rdev) < 0 ||
        chmod(path.c_str(), like.st_mode & 07777) < 0 ||
        chown(path.c_str(), like.st_uid, like.st_gid) < 0)
        throw SystemError("make the device '" + path + "'");
}

// Shows in `target` what is in `source`, entry by entry, but for some.
void mirror(const std::string& source, const std::string& target,
            const std::set<std::string>& except) {
    for (const auto& name : listDir(source)) {
        const std::string from = joinPath(source, name), to = joinPath(target, name);
        struct stat status {};
        if (except.count(name) > 0 || lstat(from.c_str(), &status) < 0) continue;
        if (S_ISLNK(status.st_mode)) {
            if (symlink(linkContent(from).c_str(), to.c_str()) < 0)
                throw SystemError("make the link '" + to + "'");
            continue;
        }
        if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
            // Not bound: /dev/ptmx looks for the pts beside it, which a bound file has not.
            makeNode(to, status);
            continue;
        }
        if (S_ISDIR(status.st_mode))
            makeDir(to);
        else
            openFile(to, O_WRONLY | O_CREAT, 0644);
        bindTo(from, to);
    }
}

void hide(const std::string& place) {
    if (umount2(place.c_str(), MNT_DETACH) < 0 && errno != EINVAL && errno != ENOENT)
        throw SystemError("unmount '" + place + "'");
}

// The hierarchies as the host has them, whole and not this process' part of them.
void bindControllers(const std::string& target) {
    makeDir(target);
    bool devices = false;
    for (const auto& mount : kernel::parseMounts(readFile("/proc/mounts"))) {
        if (mount.type != "cgroup") continue;
        for (const auto& option : mount.options) {
            const std::string place = joinPath(target, option);
            if (kControllers.count(option) == 0 || exists(place)) continue;
            makeDir(place);
            bindTo(mount.target, place);
            devices = devices || option == "devices";
        }
    }
    if (!devices) throw notSupported("no control groups of version 1 are mounted here");
}

// Whatever environment a program has: the dynamic linker asks this file.
void writePreload(const std::string& etc, const std::string& library, const std::string& profile) {
    writeAll(openFile(joinPath(etc, "ld.so.preload"), O_WRONLY | O_CREAT, 0644).get(),
             library + "\n");
    writeAll(openFile(joinPath(etc, "old-kernel"), O_WRONLY | O_CREAT, 0644).get(), profile);
}

} // namespace

void enterOldTree(const std::string& library, const std::string& profile) {
    char here[PATH_MAX];
    const std::string cwd = getcwd(here, sizeof here) == nullptr ? "/" : here;
    if (unshare(CLONE_NEWNS) < 0) throw SystemError("make a mount namespace");
    kernel::setPropagation("/", MS_REC | MS_PRIVATE);
    const std::string root = kStage;
    kernel::mountAt({"tmpfs", "old-kernel", "", {"mode=755"}, ""}, root);
    mirror("/", root, {"proc", "dev", "cgroup", "etc"});
    makeDir(joinPath(root, "etc"));
    mirror("/etc", joinPath(root, "etc"), {"ld.so.preload", "old-kernel"});
    writePreload(joinPath(root, "etc"), library, profile);
    makeDir(joinPath(root, "dev"));
    mirror("/dev", joinPath(root, "dev"), {"loop-control"});
    bindControllers(joinPath(root, "cgroup"));
    hide(joinPath(root, "sys/fs/cgroup"));
    hide(joinPath(root, "sys/fs/selinux"));
    makeDir(joinPath(root, "proc"));
    kernel::mountAt({"proc", "proc", "", {"nosuid", "nodev", "noexec"}, ""},
                    joinPath(root, "proc"));
    if (chdir(root.c_str()) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
        throw SystemError("make '" + root + "' the root");
    kernel::unmountLazily(".");
    if (chdir(cwd.c_str()) < 0 && chdir("/") < 0) throw SystemError("go back to '" + cwd + "'");
}

} // namespace old_kernel

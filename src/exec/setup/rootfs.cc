#include "exec/setup/rootfs.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "exec/setup/devices.h"
#include "exec/setup/stdio.h"
#include "kernel/mount.h"
#include "kernel/rooted_path.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ctrd::exec::setup {

using kernel::MountSpec;
using kernel::RootedPath;

namespace {

// A file system that must lie where it says, or what masks its files would miss them.
bool mustNotBeLinked(const MountSpec& mount) {
    return mount.type == "proc" || mount.type == "sysfs";
}

bool isBind(const MountSpec& mount) {
    return mount.type == "bind";
}

bool wantsDirectory(const MountSpec& mount) {
    if (!isBind(mount)) return true;
    struct stat status {};
    if (stat(mount.source.c_str(), &status) < 0)
        throw invalidArgument("cannot bind '" + mount.source + "' on '" + mount.target +
                              "': there is no such file or directory on the host");
    return S_ISDIR(status.st_mode);
}

void mountOne(int root, const MountSpec& mount) {
    const bool directory = wantsDirectory(mount);
    RootedPath target(
        root, mount.target, RootedPath::Parents::Create,
        mustNotBeLinked(mount) ? RootedPath::Links::Refuse : RootedPath::Links::Follow);
    if (target.isRoot())
        throw invalidArgument("cannot mount '" + mount.source + "' on '" + mount.target +
                              "': that is the container's root");
    if (directory)
        target.createDirectory();
    else
        target.createFile();
    if (directory != target.isDirectory())
        throw invalidArgument("cannot bind '" + mount.source + "' on '" + mount.target + "': one " +
                              "is a directory and the other is not");
    kernel::mountAt(mount, target);
}

// A directory gets an empty file system on top, anything else /dev/null.
void mask(int root, const std::string& path) {
    RootedPath target(root, path);
    if (!target.exists()) return;
    const MountSpec cover = target.isDirectory()
                                ? MountSpec{"tmpfs", "tmpfs", "", {"ro", "size=0"}, ""}
                                : MountSpec{"bind", "/dev/null", "", {}, ""};
    kernel::mountAt(cover, target);
}

void makeReadOnly(int root, const std::string& path) {
    RootedPath target(root, path);
    if (target.exists()) kernel::bindReadOnly(target);
}

void bindConsole(int root, const std::string& console) {
    RootedPath target(root, kConsole, RootedPath::Parents::Create);
    target.createFile(0600);
    kernel::mountAt({"bind", console, "", {}, ""}, target);
}

void bindInit(int root, const Command& command) {
    RootedPath target(root, initTarget(command), RootedPath::Parents::Create);
    target.createFile(0755);
    kernel::mountAt({"bind", command.initPath, "", {"ro"}, ""}, target);
}

// A /dev of the container's own, not one of the host that was bound.
bool hasOwnDev(const Command& command) {
    return std::none_of(command.mounts.begin(), command.mounts.end(), [](const MountSpec& m) {
        return isBind(m) && cleanPath(m.target) == "/dev";
    });
}

void createWorkingDirectory(const std::string& path) {
    if (path.empty() || isDirectory(path)) return;
    try {
        makeDirs(path);
    } catch (const SystemError& e) {
        if (e.errorNumber() != ENOTDIR && e.errorNumber() != EEXIST) throw;
        throw invalidArgument("cannot use '" + path +
                              "' as the working directory: it, or what "
                              "leads to it, is not a directory in the container");
    }
    struct stat status {};
    if (stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode))
        throw invalidArgument("cannot use '" + path +
                              "' as the working directory: it is not a directory");
}

} // namespace

void mountRoot(const MountSpec& rootfs) {
    if (rootfs.type.empty()) throw invalidArgument("the container has no root file system");
    // Nothing mounted here may reach the host, while its unmounts shall reach this copy.
    kernel::setPropagation("/", MS_SLAVE | MS_REC);
    kernel::mountAt(rootfs, kStage);
    // As a bind of what is mounted below "/" on the host, the root may be shared with it.
    kernel::setPropagation(kStage, MS_PRIVATE | MS_REC);
}

void furnishRoot(const Command& command, const std::string& console) {
    umask(0);
    const Fd root = openFile(kStage, O_RDONLY | O_DIRECTORY);
    for (const auto& mount : command.mounts)
        mountOne(root.get(), mount);
    if (hasOwnDev(command)) makeDevices(root.get(), command.devices);
    if (!console.empty()) bindConsole(root.get(), console);
    if (!command.initPath.empty()) bindInit(root.get(), command);
    for (const auto& path : command.readOnlyPaths)
        makeReadOnly(root.get(), path);
    for (const auto& path : command.maskedPaths)
        mask(root.get(), path);
    umask(022);
}

void enterRoot() {
    if (chdir(kStage) < 0) throw SystemError("enter the container's root");
    // Both names mean the new root: the old one ends up on top of it, from where it is unmounted.
    if (syscall(SYS_pivot_root, ".", ".") < 0) throw SystemError("pivot to the container's root");
    kernel::unmountLazily(".");
    if (chdir("/") < 0) throw SystemError("enter the container's root");
}

void finishRoot(const Command& command) {
    createWorkingDirectory(command.process.workingDirectory);
    if (command.readOnlyRootfs) kernel::remountReadOnly("/");
}

std::string initTarget(const Command& command) {
    if (command.initPath.empty()) return "";
    return hasOwnDev(command) ? "/dev/init" : "/sbin/ctrd-init";
}

} // namespace ctrd::exec::setup

#include "archive/helper_tree.h"

#include "archive/container_tree.h"
#include "archive/helper_call.h"
#include "archive/pack.h"
#include "archive/pax.h"
#include "archive/rewrite.h"
#include "archive/unpacker.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "base/time.h"
#include "kernel/namespace.h"
#include "kernel/rooted_path.h"
#include "kernel/user.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

using kernel::RootedPath;

// Where a tree is mounted: a directory every kernel has, that is empty and that nobody binds
// anything from.
constexpr const char* kStage = "/proc/fs";
constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// statfs(2): file systems that hold no files but what the kernel tells.
constexpr unsigned long kKernelFileSystems[] = {
    0x9fa0,     // proc
    0x62656572, // sysfs
    0x1cd1,     // devpts
    0x27e0eb,   // cgroup
    0x63677270, // cgroup2
    0x19800202, // mqueue
    0x64626720, // debugfs
    0x74726163, // tracefs
    0x73636673, // securityfs
    0xf97cff8c, // selinux
};

bool isKernelFileSystem(int fd) {
    struct statfs status {};
    if (fstatfs(fd, &status) < 0) throw SystemError("examine a file system");
    for (const unsigned long magic : kKernelFileSystems)
        if (static_cast<unsigned long>(status.f_type) == magic) return true;
    return false;
}

void changeRoot() {
    if (chroot(".") < 0 || chdir("/") < 0) throw SystemError("enter the container's root");
}

void mountOnTop(int root, const kernel::MountSpec& mount) {
    struct stat source {};
    if (stat(mount.source.c_str(), &source) < 0) return; // the start would fail, a look need not
    RootedPath target(root, mount.target, RootedPath::Parents::Create);
    if (!target.exists()) S_ISDIR(source.st_mode) ? target.createDirectory() : target.createFile();
    kernel::mountAt(mount, target);
}

void mountTree(const ContainerTree& tree) {
    kernel::unshareNamespace(kernel::NamespaceKind::Mount);
    kernel::setPropagation("/", MS_REC | MS_SLAVE);
    kernel::mountAt(tree.rootfs, kStage);
    kernel::setPropagation(kStage, MS_REC | MS_PRIVATE);
    const Fd root = openFile(kStage, O_RDONLY | O_DIRECTORY);
    for (const auto& mount : tree.mounts)
        mountOnTop(root.get(), mount);
    if (tree.readOnly) kernel::remountReadOnly(kStage);
    if (chdir(kStage) < 0) throw SystemError("enter the container's root");
}

// As the container's own processes see it.
void enterTree(const ContainerTree& tree) {
    if (!tree.runs())
        mountTree(tree);
    else if (fchdir(tree.root) < 0)
        throw SystemError("enter the container's root");
    changeRoot();
    umask(0);
}

// The root file system alone.
void enterBareTree(ContainerTree tree) {
    tree.mounts.clear();
    if (tree.mountNamespace < 0) {
        // A container that runs has it mounted, too: a second mount shows the same files.
        mountTree(tree);
        return changeRoot();
    }
    kernel::enterNamespace(tree.mountNamespace, kernel::NamespaceKind::Mount);
    kernel::unshareNamespace(kernel::NamespaceKind::Mount);
    kernel::setPropagation("/", MS_REC | MS_PRIVATE);
    // A bind that is not recursive shows what lies below the mounts.  It stands on top of "/" and
    // is reached from there, because ".." of the root leads to what is mounted on it.
    if (mount("/", "/", nullptr, MS_BIND, nullptr) < 0)
        throw SystemError("bind the container's root");
    if (chdir("/..") < 0) throw SystemError("enter the container's root");
    changeRoot();
}

bool endsInDirectory(const std::string& path) {
    return path.empty() || endsWith(path, "/") || path == "." || endsWith(path, "/.");
}

// As Docker names things: "." of "dir/.", "dir" of "dir/", "/" of the root.
std::string shownNameOf(const std::string& path) {
    if (path == "." || endsWith(path, "/.")) return cleanPath("/" + path) == "/" ? "/" : ".";
    return baseName(cleanPath("/" + path));
}

// Free of "..", which goes back by the name and not by where a link has led, as in Docker.
std::string normalized(const std::string& path) {
    const std::string clean = cleanPath("/" + path);
    return endsInDirectory(path) && clean != "/" ? clean + "/" : clean;
}

// `path` in the tree whose root is this process' own.
RootedPath locate(int root, const std::string& path, bool followLink) {
    const bool directory = endsInDirectory(path);
    const auto links =
        directory || followLink ? RootedPath::Links::Follow : RootedPath::Links::KeepLast;
    try {
        RootedPath found(root, normalized(path), RootedPath::Parents::MustExist, links);
        if (!found.exists()) throw notFound("'" + path + "' does not exist");
        if (directory && !found.isDirectory())
            throw invalidArgument("'" + path + "': not a directory");
        return found;
    } catch (const SystemError& e) {
        if (e.errorNumber() != ENOTDIR && e.errorNumber() != ELOOP) throw;
        throw invalidArgument("'" + path + "': " + std::strerror(e.errorNumber()));
    }
}

struct stat statOf(const RootedPath& found) {
    struct stat st {};
    const int result =
        found.isRoot() ? fstat(found.parent(), &st)
                       : fstatat(found.parent(), found.name().c_str(), &st, AT_SYMLINK_NOFOLLOW);
    if (result < 0) throw SystemError("look at '" + found.shown() + "'");
    return st;
}

Fd openRoot() {
    return openFile("/", O_RDONLY | O_DIRECTORY);
}

std::string below(const std::string& path, const std::string& name) {
    return endsWith(path, "/") ? path + name : path + "/" + name;
}

class TreePacker {
public:
    explicit TreePacker(TarWriter& writer) : packer_(writer, false) {}

    Packer& packer() { return packer_; }

    void packBelow(int directory, const std::string& path) {
        for (const auto& name : sortedNames(directory)) {
            const std::string child = below(path, name);
            packer_.add(directory, name, child);
            const Fd fd(openat(directory, name.c_str(), kDirectory));
            if (fd && !isKernelFileSystem(fd.get())) packBelow(fd.get(), child);
        }
    }

private:
    Packer packer_;
};

// What was asked for by its own name is packed whatever file system it lies in.
void packPath(const RootedPath& found, const std::string& name, Sink& out) {
    TarWriter writer(out);
    TreePacker tree(writer);
    if (found.isDirectory()) {
        const Fd fd = found.isRoot() ? duplicate(found.parent())
                                     : Fd(openat(found.parent(), found.name().c_str(), kDirectory));
        if (!fd) throw SystemError("open '" + found.shown() + "'");
        tree.packer().addDirectory(fd.get(), below(name, ""));
        tree.packBelow(fd.get(), name);
    } else {
        tree.packer().add(found.parent(), found.name(), name);
    }
    writer.finish();
}

std::string readText(int root, const std::string& path) {
    const RootedPath found(root, path);
    if (!found.exists()) return "";
    const Fd file(openat(found.parent(), found.name().c_str(),
                         O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    return file ? readAll(file.get()) : "";
}

void checkWritable(int root, const RootedPath& target) {
    const Fd fd = target.isRoot() ? duplicate(target.parent())
                                  : Fd(openat(target.parent(), target.name().c_str(), kDirectory));
    struct statvfs there {
    }, base{};
    if (!fd || fstatvfs(fd.get(), &there) < 0 || fstatvfs(root, &base) < 0)
        throw SystemError("examine '" + target.shown() + "'");
    if ((there.f_flag & ST_RDONLY) == 0) return;
    throw invalidArgument(there.f_fsid == base.f_fsid ? "container rootfs is marked read-only"
                                                      : "mounted volume is marked read-only");
}

// Puts an archive's entries below a directory, and in somebody's hands.
class Placing {
public:
    Placing(std::string directory, const std::string& owner, int root)
        : directory_(std::move(directory)), changesOwner_(!owner.empty()) {
        if (changesOwner_)
            owner_ = kernel::lookUpUser(owner, {}, readText(root, "/etc/passwd"),
                                        readText(root, "/etc/group"));
    }

    bool operator()(Entry& entry) const {
        const std::string name = normalName(entry.name);
        if (name.empty()) return false; // the directory itself stays as it is
        entry.name = joinPath(directory_, name);
        if (entry.type == EntryType::HardLink)
            entry.target = joinPath(directory_, normalName(entry.target));
        if (changesOwner_) {
            entry.uid = owner_.uid;
            entry.gid = owner_.gid;
        }
        return true;
    }

private:
    std::string directory_;
    bool changesOwner_;
    kernel::User owner_;
};

const std::string& argument(const std::vector<std::string>& args, size_t index) {
    if (index >= args.size()) throw invalidArgument("an argument is missing");
    return args[index];
}

ContainerTree treeOf(const std::vector<std::string>& args) {
    return containerTreeFromJson(parseJson(argument(args, 0), "the tree"));
}

} // namespace

std::string helperStat(const std::vector<std::string>& args) {
    const std::string& path = argument(args, 1);
    enterTree(treeOf(args));
    const Fd root = openRoot();
    const RootedPath found = locate(root.get(), path, false);
    const struct stat st = statOf(found);
    PathStat stat;
    stat.name = shownNameOf(path);
    stat.size = st.st_size;
    stat.mode = st.st_mode;
    stat.mtime = formatTime(st.st_mtim.tv_sec * kSecond + st.st_mtim.tv_nsec);
    if (S_ISLNK(st.st_mode)) stat.linkTarget = RootedPath(root.get(), normalized(path)).resolved();
    return dumpJson(toJson(stat));
}

std::string helperRead(const std::vector<std::string>& args) {
    const std::string& path = argument(args, 1);
    const bool follow = argument(args, 2) == "follow";
    enterTree(treeOf(args));
    const Fd root = openRoot();
    const RootedPath found = locate(root.get(), path, follow);
    FdSink out(kHelperOutput);
    packPath(found, follow ? shownNameOf(found.resolved()) : shownNameOf(path), out);
    return "";
}

std::string helperWrite(const std::vector<std::string>& args) {
    const std::string& path = argument(args, 1);
    enterTree(treeOf(args));
    Fd root = openRoot();
    const RootedPath target = locate(root.get(), path, true);
    if (!target.isDirectory())
        throw invalidArgument("extraction point is not a directory: '" + path + "'");
    checkWritable(root.get(), target);
    FdSource in(0);
    RewritingSource placed(in, Placing(target.resolved(), argument(args, 3), root.get()));
    Unpacker unpacker(Tree(std::move(root), MergedTree()), Whiteouts::None, false, -1);
    if (argument(args, 2) == "refuse") unpacker.refuseOtherKinds();
    return std::to_string(unpacker.run(placed));
}

std::string helperExport(const std::vector<std::string>& args) {
    enterBareTree(treeOf(args));
    const Fd root = openRoot();
    FdSink out(kHelperOutput);
    TarWriter writer(out);
    TreePacker tree(writer);
    for (const auto& name : sortedNames(root.get())) {
        tree.packer().add(root.get(), name, name);
        const Fd fd(openat(root.get(), name.c_str(), kDirectory));
        if (fd) tree.packBelow(fd.get(), name);
    }
    writer.finish();
    return "";
}

} // namespace ctrd::archive

#include "kernel/btrfs.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace ctrd::kernel::btrfs {

namespace {

constexpr long kMagic = 0x9123683e;      // BTRFS_SUPER_MAGIC
constexpr uint64_t kRootInode = 256;     // BTRFS_FIRST_FREE_OBJECTID: every subvolume's root
constexpr uint64_t kQuotaTree = 8;       // BTRFS_QUOTA_TREE_OBJECTID
constexpr uint32_t kQgroupInfoKey = 242; // BTRFS_QGROUP_INFO_KEY
constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct VolumeArgs {
    int64_t fd;
    char name[4088];
};
struct LookupArgs {
    uint64_t tree, object;
    char name[4080];
};
struct SearchKey {
    uint64_t tree, minObject, maxObject, minOffset, maxOffset, minTransaction, maxTransaction;
    uint32_t minType, maxType, items, unused;
    uint64_t reserved[4];
};
struct SearchArgs {
    SearchKey key;
    char buffer[4096 - sizeof(SearchKey)];
};
struct SearchHeader {
    uint64_t transaction, object, offset;
    uint32_t type, length;
};
// struct btrfs_qgroup_info_item: little-endian on the disk and so in the answer.
struct QgroupInfo {
    uint64_t generation, referenced, referencedCompressed, exclusive, exclusiveCompressed;
};

constexpr unsigned long kSnapshotCreate = _IOW(0x94, 1, VolumeArgs);
constexpr unsigned long kSubvolumeCreate = _IOW(0x94, 14, VolumeArgs);
constexpr unsigned long kSubvolumeDelete = _IOW(0x94, 15, VolumeArgs);
constexpr unsigned long kTreeSearch = _IOWR(0x94, 17, SearchArgs);
constexpr unsigned long kInodeLookup = _IOWR(0x94, 18, LookupArgs);

int callVolume(int directory, unsigned long request, const std::string& name, int source) {
    VolumeArgs args = {};
    args.fd = source;
    if (name.size() >= sizeof args.name) {
        errno = ENAMETOOLONG;
        return -1;
    }
    std::memcpy(args.name, name.data(), name.size());
    return ioctl(directory, request, &args);
}

struct CloseDir {
    void operator()(DIR* dir) const { closedir(dir); }
};

// Deletes the subvolumes below a directory, the deepest first.  One that lies deeper than any path
// can say is left to removeTree().
void deleteNested(int directory, int depth) {
    constexpr int kMaxDepth = 512;
    Fd copy(openat(directory, ".", kDirectory));
    const std::unique_ptr<DIR, CloseDir> dir(copy ? fdopendir(copy.get()) : nullptr);
    if (!dir) throw SystemError("read a subvolume");
    copy.release();
    while (const dirent* entry = readdir(dir.get())) {
        const std::string name = entry->d_name;
        if (name == "." || name == ".." || depth > kMaxDepth) continue;
        if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN) continue;
        const Fd child(openat(directory, name.c_str(), kDirectory));
        if (!child) continue; // no directory, or gone
        deleteNested(child.get(), depth + 1);
        if (isSubvolume(directory, name)) callVolume(directory, kSubvolumeDelete, name, 0);
    }
}

} // namespace

bool isBtrfs(const std::string& path) {
    struct statfs fs;
    return statfs(path.c_str(), &fs) == 0 && static_cast<long>(fs.f_type) == kMagic;
}

bool isSubvolume(int directory, const std::string& name) {
    struct stat st;
    return fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) &&
           st.st_ino == kRootInode;
}

void createSubvolume(int directory, const std::string& name) {
    if (callVolume(directory, kSubvolumeCreate, name, 0) < 0)
        throw SystemError("create the subvolume '" + name + "'");
}

void createSnapshot(int directory, const std::string& name, int source) {
    // The kernel would put it into a directory of that name.
    if (faccessat(directory, name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        throw SystemError("create the snapshot '" + name + "'", EEXIST);
    if (callVolume(directory, kSnapshotCreate, name, source) < 0)
        throw SystemError("create the snapshot '" + name + "'");
}

void deleteSubvolume(int directory, const std::string& name) {
    if (callVolume(directory, kSubvolumeDelete, name, 0) == 0) return;
    const int error = errno;
    if (error == ENOTEMPTY) {
        const Fd subvolume(openat(directory, name.c_str(), kDirectory));
        if (subvolume) deleteNested(subvolume.get(), 0);
        if (callVolume(directory, kSubvolumeDelete, name, 0) == 0) return;
        // Since 4.18 rmdir(2) takes an empty subvolume, whatever its depth.
        if (errno == ENOTEMPTY)
            return removeTree(joinPath("/proc/self/fd", std::to_string(directory), name));
    }
    throw SystemError("delete the subvolume '" + name + "'", error);
}

uint64_t subvolumeId(int fd) {
    LookupArgs args = {};
    args.object = kRootInode;
    if (ioctl(fd, kInodeLookup, &args) < 0) throw SystemError("look up a subvolume");
    return args.tree;
}

std::optional<std::map<uint64_t, int64_t>> exclusiveBytes(int fd) {
    std::map<uint64_t, int64_t> bytes;
    SearchArgs args = {};
    args.key.tree = kQuotaTree;
    args.key.maxTransaction = args.key.maxOffset = ~uint64_t{0};
    args.key.minType = args.key.maxType = kQgroupInfoKey;
    for (;;) {
        args.key.items = ~uint32_t{0};
        if (ioctl(fd, kTreeSearch, &args) < 0) {
            if (errno == ENOENT || errno == EINVAL || errno == ENOTTY) return {};
            throw SystemError("read the quota groups of a btrfs");
        }
        if (args.key.items == 0) return bytes;
        const char* at = args.buffer;
        SearchHeader header = {};
        for (uint32_t i = 0; i < args.key.items; ++i) {
            std::memcpy(&header, at, sizeof header);
            at += sizeof header;
            QgroupInfo info = {};
            // Groups of groups have a level in their upper 16 bits.
            if (header.length >= sizeof info && header.offset >> 48 == 0) {
                std::memcpy(&info, at, sizeof info);
                bytes[header.offset] = static_cast<int64_t>(info.exclusive);
            }
            at += header.length;
        }
        if (header.offset == ~uint64_t{0}) return bytes;
        args.key.minOffset = header.offset + 1;
    }
}

} // namespace ctrd::kernel::btrfs

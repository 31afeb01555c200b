#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

// Subvolumes of btrfs through its ioctls (linux/btrfs.h since 3.8, fs/btrfs/ioctl.h before),
// without the `btrfs` program.  All throw SystemError where they fail.
namespace ctrd::kernel::btrfs {

// Whether `path` lies on a btrfs.
bool isBtrfs(const std::string& path);
// Whether `name` in an open directory is the root of a subvolume.
bool isSubvolume(int directory, const std::string& name);

// An empty subvolume `name` in the open directory.
void createSubvolume(int directory, const std::string& name);
// A writable snapshot of the subvolume `source` is open at; one that is there stays (EEXIST).
void createSnapshot(int directory, const std::string& name, int source);
// Deletes it with all that is in it, subvolumes that were made in it included.
void deleteSubvolume(int directory, const std::string& name);

// The id of the subvolume in which an open directory lies.
uint64_t subvolumeId(int fd);
// Bytes that nobody but the subvolume uses, by subvolume id, as the quota groups of the file system
// that `fd` lies on count them; nothing where quotas are off (`btrfs quota enable` switches them
// on) or the kernel has none (before 3.6).
std::optional<std::map<uint64_t, int64_t>> exclusiveBytes(int fd);

} // namespace ctrd::kernel::btrfs

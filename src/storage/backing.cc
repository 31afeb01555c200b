#include "storage/backing.h"

#include <sys/vfs.h>

namespace ctrd::storage {

namespace {

struct FileSystemName {
    long magic;
    const char* name;
};
// statfs(2) and linux/magic.h.
constexpr FileSystemName kFileSystems[] = {
    {0xef53, "extfs"},         {0x58465342, "xfs"},  {0x9123683e, "btrfs"}, {0x01021994, "tmpfs"},
    {0x794c7630, "overlayfs"}, {0x6969, "nfs"},      {0x2fc12fc1, "zfs"},   {0x61756673, "aufs"},
    {0x73717368, "squashfs"},  {0xf2f52010, "f2fs"},
};

} // namespace

std::string backingFileSystem(const std::string& path) {
    struct statfs fs;
    if (statfs(path.c_str(), &fs) < 0) return "unknown";
    for (const auto& known : kFileSystems)
        if (known.magic == fs.f_type) return known.name;
    return "unknown";
}

} // namespace ctrd::storage

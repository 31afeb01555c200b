#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ctrd::archive {

enum class EntryType { Regular, HardLink, Symlink, CharDevice, BlockDevice, Directory, Fifo };

// A stretch of a file that holds data; what lies between is a hole.
struct Extent {
    int64_t offset = 0, size = 0;
};

// One member of a tar archive, whatever dialect it was written in.
struct Entry {
    EntryType type = EntryType::Regular;
    std::string name;   // as written: may be absolute, hold ".." or end in a slash
    std::string target; // of a symbolic or hard link
    mode_t mode = 0644; // the low twelve bits
    uint32_t uid = 0, gid = 0;
    std::string userName, groupName;
    int64_t size = 0; // bytes of a regular file, holes included; 0 for everything else
    int64_t mtimeSeconds = 0;
    long mtimeNanos = 0; // 0 to 999999999
    uint32_t devMajor = 0, devMinor = 0;
    std::map<std::string, std::string> xattrs; // by full name: "security.capability"
    // Where the data of a regular file lies, ascending and without overlap; one extent of the whole
    // size where it has no holes.
    std::vector<Extent> extents;

    bool isSparse() const;
    // Bytes of data, holes not counted.
    int64_t dataSize() const;
};

} // namespace ctrd::archive

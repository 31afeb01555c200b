#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace ctrd::api::wire {

inline constexpr const char* kPathStatHeader = "X-Docker-Container-Path-Stat";

// What the header of /containers/X/archive says of a path (features.md §1.5, 1.20).
struct PathStat {
    std::string name;
    int64_t size = 0;
    uint32_t mode = 0; // as Go's os.FileMode
    std::string mtime; // RFC 3339
    std::string linkTarget;

    bool isDirectory() const;
    bool isRegular() const;
    bool isLink() const;
};

// Of stat(2)'s mode: Go keeps the permissions and has bits of its own for all else.
uint32_t goFileMode(mode_t mode);

// The header's value: base64 of JSON.  Reading throws InvalidArgument.
std::string encodePathStat(const PathStat& stat);
PathStat decodePathStat(const std::string& header);

} // namespace ctrd::api::wire

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ctrd::archive {

inline constexpr size_t kBlock = 512;

// A header block as POSIX.1-1988 lays it out; GNU uses what follows `prefix` in its own way.
struct RawHeader {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, target[100],
        magic[6], version[2], userName[32], groupName[32], devMajor[8], devMinor[8], prefix[155],
        unused[12];
};
static_assert(sizeof(RawHeader) == kBlock);

// GNU's last 167 bytes (magic "ustar  "): times, and the sparse map of type 'S'.
struct GnuSparseSlot {
    char offset[12], size[12];
};
struct GnuTail {
    char accessTime[12], changeTime[12], volumeOffset[12], longNames[4], unused;
    GnuSparseSlot slots[4];
    char isExtended, realSize[12], padding[17];
};
static_assert(sizeof(GnuTail) == 167);

// A block of more slots behind a header or another such block.
struct GnuSparseBlock {
    GnuSparseSlot slots[21];
    char isExtended, padding[7];
};
static_assert(sizeof(GnuSparseBlock) == kBlock);

// Sum of the header's bytes with the checksum field read as spaces.
uint32_t headerChecksum(const RawHeader& header);
// Old writers added signed characters; both sums are right.
bool checksumMatches(const RawHeader& header);

// A field of text, up to its NUL if it has one.
std::string headerText(const char* field, size_t size);

// An octal number, or a base-256 one whose first byte has its top bit set; blank is 0.  False where
// the field holds something else or more than 63 bits.
bool headerNumber(const char* field, size_t size, int64_t& value);

// Writes octal with a NUL at the end where it fits, base-256 otherwise.
void putNumber(char* field, size_t size, int64_t value);
bool fitsOctal(int64_t value, size_t size);

inline int64_t paddingOf(int64_t size) {
    return (static_cast<int64_t>(kBlock) - size % static_cast<int64_t>(kBlock)) %
           static_cast<int64_t>(kBlock);
}

} // namespace ctrd::archive

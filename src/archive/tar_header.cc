#include "archive/tar_header.h"

#include <cstddef>
#include <cstring>

namespace ctrd::archive {

namespace {

template <typename Char>
int64_t sumOf(const RawHeader& header) {
    Char bytes[kBlock];
    std::memcpy(bytes, &header, kBlock);
    std::memset(bytes + offsetof(RawHeader, checksum), ' ', sizeof header.checksum);
    int64_t sum = 0;
    for (const Char byte : bytes)
        sum += byte;
    return sum;
}

// Two's complement of all bits but the top one, which only marks the form.
bool base256(const char* field, size_t size, int64_t& value) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(field);
    const bool negative = (bytes[0] & 0x40) != 0;
    const unsigned char fill = negative ? 0xff : 0;
    uint64_t bits = negative ? ~uint64_t{0} : 0;
    for (size_t i = 0; i < size; ++i) {
        const unsigned char byte =
            i == 0 ? static_cast<unsigned char>((bytes[0] & 0x7f) | (negative ? 0x80 : 0))
                   : bytes[i];
        if (i + 8 < size && byte != fill) return false;
        bits = bits << 8 | byte;
    }
    value = static_cast<int64_t>(bits);
    return (value < 0) == negative;
}

bool isBlank(char c) {
    return c == ' ' || c == '\0';
}

} // namespace

uint32_t headerChecksum(const RawHeader& header) {
    return static_cast<uint32_t>(sumOf<unsigned char>(header));
}

bool checksumMatches(const RawHeader& header) {
    int64_t written = 0;
    if (!headerNumber(header.checksum, sizeof header.checksum, written)) return false;
    return written == sumOf<unsigned char>(header) || written == sumOf<signed char>(header);
}

std::string headerText(const char* field, size_t size) {
    return std::string(field, strnlen(field, size));
}

bool headerNumber(const char* field, size_t size, int64_t& value) {
    if ((field[0] & 0x80) != 0) return base256(field, size, value);
    size_t i = 0, end = size;
    while (i < end && isBlank(field[i]))
        ++i;
    while (end > i && isBlank(field[end - 1]))
        --end;
    value = 0;
    for (; i < end; ++i) {
        // A field may end with a NUL and garbage behind it.
        if (isBlank(field[i])) break;
        if (field[i] < '0' || field[i] > '7') return false;
        value = value * 8 + (field[i] - '0');
    }
    return true;
}

bool fitsOctal(int64_t value, size_t size) {
    return value >= 0 && (value >> (3 * (size - 1))) == 0;
}

void putNumber(char* field, size_t size, int64_t value) {
    if (fitsOctal(value, size)) {
        field[size - 1] = '\0';
        for (size_t i = size - 1; i-- > 0; value >>= 3)
            field[i] = static_cast<char>('0' + (value & 7));
        return;
    }
    for (size_t i = size; i-- > 0; value >>= 8)
        field[i] = static_cast<char>(value & 0xff);
    field[0] = static_cast<char>(field[0] | 0x80);
}

} // namespace ctrd::archive

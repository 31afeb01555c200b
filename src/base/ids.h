#pragma once

#include <string>
#include <string_view>

namespace ctrd {

// `digits` lower-case hexadecimal digits from the kernel's random source.
std::string randomHex(size_t digits);

// Of the id of a container or an exec.
inline constexpr size_t kIdDigits = 64;

// A new container or exec id: 64 hexadecimal digits whose first twelve are not all decimal, because
// a shortened id must not read as a number (a host name of digits breaks some resolvers).
std::string newId();

// The first 12 digits; a "sha256:" in front is dropped.
std::string shortId(std::string_view id);

bool isHex(std::string_view text);
// Exactly 64 lower-case hexadecimal digits.
bool isFullId(std::string_view text);

} // namespace ctrd

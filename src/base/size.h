#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ctrd {

// Bytes from "512", "64k", "512m", "2g", "1t" (powers of 1024, either case, an optional `b` or `ib`
// after the letter), as Docker's -m takes them.  "-1" is -1.  Throws InvalidArgument that names
// `what` ("memory limit") and the text.
int64_t parseBytes(std::string_view text, const std::string& what);

// "1.5 MB", "187 MB" in powers of 1000 with 4 significant digits, as `images` prints them.
std::string humanSize(double bytes);
// "512 MiB" in powers of 1024, as `stats` and `info` print them.
std::string humanSizeBinary(double bytes);

} // namespace ctrd

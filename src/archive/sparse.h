#pragma once

#include "archive/entry.h"
#include "archive/tar_header.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// The four ways in which GNU tar writes down where a file has data.
namespace ctrd::archive {

inline constexpr size_t kMaxExtents = 1u << 20;

// Yields the next block of the archive.
using NextBlock = std::function<std::string_view()>;

// Type 'S': four slots in the header, then blocks of 21.  All throw InvalidArgument that names the
// entry.
std::vector<Extent> oldSparseMap(const RawHeader& header, const NextBlock& nextBlock,
                                 const std::string& name);
// GNU.sparse.map "0,512,4096,512" of 0.1, which is also what the pairs of 0.0 are joined to.
std::vector<Extent> listedSparseMap(std::string_view text, const std::string& name);
// 1.0: decimal lines at the beginning of the data: how many, then offset and size of each.
std::vector<Extent> leadingSparseMap(const NextBlock& nextBlock, const std::string& name);

// Ascending, without overlap, within the file, `stored` bytes in all, and no bomb.
void checkExtents(const Entry& entry, int64_t stored);

} // namespace ctrd::archive

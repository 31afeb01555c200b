#pragma once

#include <string>
#include <vector>

namespace ctrd::storage::aufs {

// aufs' own limit (CONFIG_AUFS_BRANCH_MAX_127), the writable branch included.
inline constexpr size_t kMaxBranches = 127;

// The options of a mount of `upper`, which is written to, over `lowers`, the nearest first:
// "br:UPPER=rw:LOWER=ro+wh:…", "xino=FILE", where aufs keeps its inode numbers, and "dio", without
// which O_DIRECT fails.  mount(2) takes one page of them: NotSupported with a sentence where they
// are longer, or there are more branches than aufs takes.  No path holds ":", "," or "=".
std::vector<std::string> mountOptions(const std::string& upper,
                                      const std::vector<std::string>& lowers,
                                      const std::string& xino);

} // namespace ctrd::storage::aufs

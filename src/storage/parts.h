#pragma once

#include <string>
#include <vector>

namespace ctrd::storage {

// In front of the name of a tree that is being made or removed; no id begins with a dot.
inline constexpr const char* kPartMark = ".part-";

// Where the tree `id` below `root` is while it is not whole.
std::string partOf(const std::string& root, const std::string& id);
// Paths of all such trees below `root`.
std::vector<std::string> partsIn(const std::string& root);
// Names below `root` of trees that are whole.
std::vector<std::string> wholeIn(const std::string& root);

} // namespace ctrd::storage

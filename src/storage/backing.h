#pragma once

#include <string>

namespace ctrd::storage {

// The name of the file system below `path` as `info` shows it: "extfs", "xfs" …
std::string backingFileSystem(const std::string& path);

} // namespace ctrd::storage

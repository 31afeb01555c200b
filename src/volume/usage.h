#pragma once

#include <cstdint>
#include <string>

namespace ctrd::volume {

// Bytes of the files below a directory, as `du --apparent-size` counts those of regular files: each
// file once, whatever its names, without following links.  What is gone meanwhile counts for
// nothing.  Throws SystemError where the directory itself cannot be read.
int64_t usedBytes(const std::string& directory);

} // namespace ctrd::volume

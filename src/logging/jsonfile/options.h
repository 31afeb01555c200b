#pragma once

#include "logging/driver.h"

#include <cstdint>

namespace ctrd::logging::jsonfile {

struct Limits {
    int64_t maxSize = 0; // bytes of one file before it is rotated; 0: never
    int maxFiles = 1;    // with the one being written
};

// From "max-size" (base/size.h) and "max-file".  Throws InvalidArgument or NotSupported that name
// the option.
Limits limitsFrom(const Options& options);

void validateOptions(const Options& options);

} // namespace ctrd::logging::jsonfile

#pragma once

#include "logging/jsonfile/files.h"

#include <vector>

namespace ctrd::logging::jsonfile {

// Where the last `lines` complete lines of some files, oldest first, begin.
struct Position {
    size_t file = 0;
    off_t offset = 0;
};

// Reads backwards from the sizes the files had when they were opened: what it costs depends on the
// lines wanted, not on the log.
Position tailPosition(const std::vector<LogFile>& files, long long lines);

} // namespace ctrd::logging::jsonfile

#pragma once

#include "daemon/option_table.h"

#include <string>
#include <vector>

namespace ctrd::daemon {

inline constexpr const char* kCommandLine = "the command line";
inline constexpr const char* kDefault = "default";

// One value of an option, as it was given.
struct Given {
    std::string name; // of a row of the table
    std::string value;
    std::string origin; // kCommandLine, "/etc/ctrd/ctrd.conf:12", kDefault
};

// What one source says: the command line, a file, or the three sysconfig files together.
using Source = std::vector<Given>;

} // namespace ctrd::daemon

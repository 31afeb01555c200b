#pragma once

#include "base/json_fwd.h"

#include <string>

namespace ctrd::cli {

// A sample of the API as the fields of a line of `ctr stats`: Container, Name, ID, CPUPerc,
// MemUsage, MemPerc, NetIO, BlockIO, PIDs.  `container` is what the user called it.
Json statsRow(const std::string& container, const Json& sample);

} // namespace ctrd::cli

#pragma once

#include "engine/views.h"

#include <set>
#include <string>

namespace ctrd::engine {

// The rows of ps' output whose PID is one of `pids`, split as its title row is: the last column
// takes the rest of the line.  InvalidArgument where no column is called PID.
TopView parseProcessTable(const std::string& psOutput, const std::set<pid_t>& pids);

} // namespace ctrd::engine

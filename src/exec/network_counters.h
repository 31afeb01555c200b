#pragma once

#include "kernel/resources.h"

#include <string>
#include <vector>

namespace ctrd::exec {

// The lines of a /proc/PID/net/dev (the kernel's net/core/net-procfs.c), without the loopback.
std::vector<kernel::NetworkCounters> parseNetworkCounters(const std::string& text);

} // namespace ctrd::exec

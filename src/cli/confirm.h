#pragma once

#include "cli/command.h"

#include <string>
#include <vector>

namespace ctrd::cli {

// Asks on the terminal whether it shall go on; `removes` says what would be lost, a line each.
// Anything but a yes, and the end of the input, is a no.  Commands have --force to not ask.
bool confirm(Context& context, const std::vector<std::string>& removes);

} // namespace ctrd::cli

#pragma once

#include "cli/command.h"

#include <string>
#include <vector>

namespace ctrd::cli {

// What the shell asks with `ctr __complete WORD...`: prints what the last word (maybe empty) may
// become, one a line: commands, options, names from the daemon.  The line ":files" means that file
// names fit.  Silent where the daemon is not there.
int complete(Context& context, const std::vector<std::string>& words);

// The same as a list.
std::vector<std::string> completions(Context& context, const std::vector<std::string>& words);

} // namespace ctrd::cli

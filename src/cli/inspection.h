#pragma once

#include "cli/command.h"

#include <functional>
#include <string>

namespace ctrd::cli {

// Prints an array of the JSON objects that `lookUp` finds for the arguments, or what the template
// of --format makes of each.  A name that is not found is complained of, and the rest is done all
// the same.  Returns the exit code.
int inspectEach(Context& context, const Arguments& arguments,
                const std::function<std::string(const std::string& name)>& lookUp);

} // namespace ctrd::cli

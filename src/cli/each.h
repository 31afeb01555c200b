#pragma once

#include "cli/command.h"

#include <functional>
#include <string>

namespace ctrd::cli {

// Runs `action` for every name and prints the name after it; what fails is complained of, and the
// rest is done all the same.  Returns the exit code.
int forEachName(Context& context, const Arguments& arguments,
                const std::function<void(const std::string& name)>& action, bool echo = true);

} // namespace ctrd::cli

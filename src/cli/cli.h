#pragma once

#include "cli/command.h"

#include <string>
#include <vector>

namespace ctrd::cli {

// Runs one command line, without the program's name.  Prints what went wrong and returns the exit
// code; throws nothing but what the streams cannot take.
int runCli(const std::vector<std::string>& words, Streams streams = {});

} // namespace ctrd::cli

#pragma once

#include "daemon/given.h"

#include <optional>
#include <string>
#include <vector>

namespace ctrd::daemon {

// What was typed.
struct CommandLine {
    Source settings;
    bool help = false, version = false;
    bool check = false, asJson = false;    // report on the host
    bool fsck = false, repair = false;     // check the files
    std::optional<std::string> showConfig; // "": all of it, or the name of one
    std::vector<std::string> importFiles;  // --import-docker-sysconfig
    std::vector<std::string> configFiles;  // --config-file; empty: the usual ones
    std::optional<std::string> sysconfig;  // --sysconfig
};

// Throws InvalidArgument for an unknown option, with the nearest ones, and for a wrong number of
// values.
CommandLine parseCommandLine(const std::vector<std::string>& words);

// The settings among the words of a sysconfig file's other_args; whatever is wrong with one names
// `origin`, and so does an action such as --help.
Source parseSettings(const std::vector<std::string>& words, const std::string& origin);

// What `ctrd --help` shows of the table.
std::string describeOptions();

} // namespace ctrd::daemon

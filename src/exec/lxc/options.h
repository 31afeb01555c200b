#pragma once

#include "exec/command.h"
#include "exec/lxc/keys.h"

#include <string>
#include <utility>
#include <vector>

// Lines of liblxc's configuration, "key = value", as users and templates give them.
namespace ctrd::exec::lxc {

using Setting = std::pair<std::string, std::string>;

// Splits and trims; InvalidArgument for a line that is none.
Setting parseSetting(const std::string& line);
std::vector<Setting> parseSettings(const std::vector<std::string>& lines);

// What the settings leave to others than the Command.
struct Leftover {
    std::vector<Setting> library; // for liblxc, under its names of `age`
    std::vector<Setting> cgroup;  // files of the container's group and what is written there
};

// Works the settings into the Command: capabilities, limits, environment and mounts are the same to
// both drivers.  Throws InvalidArgument that names the setting and says why it is refused.
Leftover applySettings(const std::vector<Setting>& settings, Age age, Command& command);
} // namespace ctrd::exec::lxc

#pragma once

#include "exec/lxc/options.h"

#include <string>
#include <vector>

// lxc-templates/NAME.conf: what every container of the lxc driver starts from.
namespace ctrd::exec::lxc {

// Where templates are looked for, the first that is there counts: the administrator's
// ($sysconfdir/ctrd/lxc-templates), beside a build tree, where they are installed.
std::vector<std::string> templateDirectories();

// The settings of the file NAME.conf in the first of the directories that has it: "key = value"
// lines, empty ones and comments (#).  Throws InvalidArgument that names file and line, NotFound
// where no directory has it.
std::vector<Setting> readTemplate(const std::string& name,
                                  const std::vector<std::string>& directories);

} // namespace ctrd::exec::lxc

#pragma once

#include <string>

namespace ctrd::daemon {

// The full path of one of ctrd's own programs: beside this one (a build tree) or in
// libexec/ctrd.  NotFound where it is in neither.
std::string helperProgram(const std::string& name);

} // namespace ctrd::daemon

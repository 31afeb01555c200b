#pragma once

#include "base/fd.h"

#include <string>

namespace ctrd::exec::setup {

// ctrd-init as a file that a container may execute by /proc/self/fd/N and, whatever it does, cannot
// write: opened through a read-only mount, which is gone from every tree at once.  Needs a mount
// namespace of one's own.  Throws NotSupported where `path` is "" or not there.
Fd openInitProgram(const std::string& path);

} // namespace ctrd::exec::setup

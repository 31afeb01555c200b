#pragma once

#include "base/fd.h"

#include <vector>

#include <sys/types.h>

// A child of the monitor that stands for a process which is somebody else's child.
namespace ctrd::exec::setup {

// Forks it.  `line` leads to the parent of the process: signal numbers go one way, each an int, and
// the raw wait status comes back the same way.  It hands on every signal from its first moment and
// ends as the process did, by SIGKILL where the other side is gone.  Killing it closes the line,
// which tells the other side.  Throws SystemError.
pid_t makeStandIn(const Fd& line);

// Closes every descriptor from 3 up but `kept`.
void closeAllBut(const std::vector<int>& kept);

} // namespace ctrd::exec::setup

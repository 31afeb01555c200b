#pragma once

#include "exec/command.h"

#include <vector>

namespace ctrd::exec::setup {

// Makes the nodes, and in /dev the links every program expects (ptmx, fd, stdin, stdout, stderr,
// core), in the tree of the descriptor `root`.  Where the kernel forbids mknod, the host's node of
// that path is bound instead.  Throws SystemError.
void makeDevices(int root, const std::vector<DeviceNode>& nodes);

} // namespace ctrd::exec::setup

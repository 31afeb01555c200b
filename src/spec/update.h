#pragma once

#include "spec/host_config.h"

namespace ctrd::spec {

// What `update` may change: limits of memory, processors, block IO and processes, and the restart
// policy.  The members of `changes` that are zero or empty leave what is there; a pids limit of -1
// lifts it; all other members of `changes` are not looked at.  The result is to be validated.
// Throws Conflict where the two kinds of CPU limit, or the memory limit and that of memory and
// swap, would come into each other's way, and for a restart policy of an AutoRemove container.
HostConfig updated(HostConfig now, const HostConfig& changes);

} // namespace ctrd::spec

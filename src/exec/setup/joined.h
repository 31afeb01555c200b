#pragma once

#include "base/fd.h"
#include "exec/driver.h"

#include <string>
#include <vector>

#include <sys/types.h>

// A further process in a running container, by way of its namespaces.
namespace ctrd::exec::setup {

// The namespaces of a running container, opened from its first process.
struct JoinedContainer {
    Fd mount, uts, ipc, net;
    Fd pid; // empty where the container shares the host's
    std::vector<std::string> cgroups;
};
// Throws Conflict where the process is gone.
JoinedContainer openContainer(pid_t firstProcess, const Command& command);

// The body of a further process; its parent made it inside JoinedContainer::pid.
[[noreturn]] void runJoined(const JoinedContainer& container, const ProcessSpec& process,
                            const Stdio& stdio);

} // namespace ctrd::exec::setup

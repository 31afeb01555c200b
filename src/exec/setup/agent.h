#pragma once

#include "base/fd.h"
#include "exec/driver.h"

#include <optional>
#include <string>

#include <sys/types.h>

// Processes of a container that ctrd-init, its first process, makes on request: for kernels that
// cannot move a process into a pid or mount namespace.
namespace ctrd::exec::setup {

// A request, as it crosses the socket.
struct AgentRequest {
    ProcessSpec process;
    bool first = false;   // the container's program: ctrd-init ends as it does
    bool console = false; // its terminal stands as /dev/console
    Stdio stdio;
    Fd report; // see exec/setup/report.h
    Fd line;   // to the process that stands for it; empty for the first
};

// For the driver.  Each returns once the program runs, and throws the StartError of what failed.
// The first program:
void startByAgent(const Fd& agent, const ProcessSpec& process, bool console, Stdio& stdio);
// A further one; returns a child of the caller that stands for it: it hands signals on, takes the
// process along when it is killed, and ends as the process does.
pid_t execByAgent(const Fd& agent, const ProcessSpec& process, Stdio& stdio);

// For ctrd-init: the next request; nothing where the driver is gone.
std::optional<AgentRequest> receiveRequest(int agent);

// Ends in execve of `init`, the path of a ctrd-init, as the agent that serves `socket`.
[[noreturn]] void becomeAgent(const std::string& init, int socket);

// What ctrd-init is told to be, its argv[1]; a descriptor's number follows.
inline constexpr const char* kAgentMode = "--agent";

} // namespace ctrd::exec::setup

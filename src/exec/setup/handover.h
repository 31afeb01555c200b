#pragma once

#include "base/fd.h"
#include "exec/driver.h"
#include "kernel/namespace.h"

#include <string>
#include <utility>
#include <vector>

// What a driver tells ctrd-init, a program of its own that works inside a container in the making.
namespace ctrd::exec::setup {

struct Handover {
    Command command;
    std::string console; // path of the terminal on the host; "" for none
    std::string cover;   // a mount that was in nobody's way but the driver's, to be taken off
    pid_t starter = 0;   // the parent of the container's first process
    bool agent = false;  // stay as the first process and serve requests (exec/setup/agent.h)
    Stdio stdio;         // for the program
    // To be entered: the driver could neither name nor make them.
    std::vector<std::pair<kernel::NamespaceKind, Fd>> namespaces;
    std::vector<Fd> cgroups; // of kernel::openCgroup(), to be entered
};

// What ctrd-init is told to be, its argv[1]; the number of the socket follows.  The builder
// furnishes the root in the container's namespaces, with the host's tree in sight, and answers with
// the host's number of its parent's parent's …, the child of `starter`; or with a description of
// its failure.
inline constexpr const char* kBuilderMode = "--build";
// The first process sends the reading end of its report, and goes on when it gets the Handover.
inline constexpr const char* kFirstMode = "--first";

// One packet over a unix stream socket.  Both throw; receiveHandover ends the process without a
// word where the other side gave up or died: nobody listens then.
void sendHandover(int socket, const Handover& handover);
Handover receiveHandover(int socket);

} // namespace ctrd::exec::setup

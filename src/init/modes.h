#pragma once

#include <csignal>

// What ctrd-init can be.  Each returns its exit code, or never where the process becomes another.
namespace ctrd::init {

// Runs the command as its child, hands on the signals it gets, reaps whatever is orphaned to it and
// ends as the command does: with its exit code, or 128 + the signal that killed it.  127 where
// there is no such command, 126 where it cannot be run.
int reap(char** command);

// See exec/setup/handover.h; `socket` leads to the driver.
int build(int socket);
int beFirst(int socket);

// Makes the processes the driver asks for on `socket` (exec/setup/agent.h), and is to all of them
// what reap() is to one; ends as the first of them does.
int serveRequests(int socket);

// All signals but those the kernel sends a process for its own fault: these are not for a command.
sigset_t forwardedSignals();

} // namespace ctrd::init

#pragma once

#include "cli/command.h"
#include "cli/session.h"

#include <functional>
#include <string>

namespace ctrd::cli {

// Which streams of a container are connected to ours, and how.
struct AttachOptions {
    bool in = false, out = false, err = false;
    bool tty = false;
    bool signals = false;                // ours are the container's (never with a terminal)
    std::string detachKeys;              // "": the daemon's, ctrl-p ctrl-q
    const char* condition = "next-exit"; // of the wait: "removed" for a container that goes
};

// Attaches to a container, calls `start` once nothing of its output can be lost, and copies until
// it ends.  Returns its exit code, or 0 where the user detached from it.  Errors of the attaching
// and of `start` come through.
int runAttached(Context& context, const std::string& id, const AttachOptions& options,
                const std::function<void()>& start);

// The copying of an exec or of a container over an open connection, in raw mode and with the window
// size where there is a terminal; `resizePath` is where changes of it are told.  `signals` may be
// nullptr.
void copyStreams(Context& context, HttpConnection::Raw connection, const AttachOptions& options,
                 const std::string& resizePath, SignalQueue& signals,
                 const std::function<void(int)>& onSignal);

// The signals a session with these options wants.
std::vector<int> sessionSignals(const AttachOptions& options);

} // namespace ctrd::cli

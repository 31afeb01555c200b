#pragma once

#include "base/fd.h"

#include <string>

namespace ctrd::daemon {

// `--daemonize`: the caller's process waits until the daemon says that its API answers, and leaves
// with 0, or says why it could not start and leaves with 1.
class Background {
public:
    // Forks; must come before any thread.  Only the daemon returns, in a session of its own, its
    // standard input from /dev/null, its output appended to `logFile`.
    static Background enter(const std::string& logFile);

    // Nobody waits.
    Background() = default;

    void ready();
    void failed(const std::string& reason);

private:
    Fd report_;
};

} // namespace ctrd::daemon

#pragma once

#include "base/fd.h"

#include <csignal>
#include <optional>
#include <vector>

namespace ctrd::cli {

// Signals as something to poll for: blocked while this lives, read from a descriptor.
class SignalQueue {
public:
    // Throws SystemError.
    explicit SignalQueue(const std::vector<int>& signals);
    SignalQueue(const SignalQueue&) = delete;
    SignalQueue& operator=(const SignalQueue&) = delete;
    // The mask becomes what it was.
    ~SignalQueue();

    int fd() const { return fd_.get(); }
    // The next one that came, without waiting.
    std::optional<int> next();

private:
    sigset_t before_;
    Fd fd_;
};

// All that --sig-proxy forwards: what can be caught, except those that are about ctr itself (its
// terminal and its broken pipes, its children, its faults).
std::vector<int> proxiedSignals();

} // namespace ctrd::cli

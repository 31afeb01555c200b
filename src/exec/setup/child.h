#pragma once

#include "base/fd.h"

#include <functional>

#include <sys/types.h>

// Making a process that becomes a container's.  Its parent has one thread, so the copy may allocate
// and throw as the parent may; whatever it throws before its program runs goes to the parent.
namespace ctrd::exec::setup {

// A new process and the pipe on which it says why it failed; the pipe closes when execve succeeds.
class Child {
public:
    // Forks with `cloneFlags`, inside `pidNamespace` where that is not empty, and runs `body`
    // there, which ends in execve or throws.  The process is the caller's child in either case.
    Child(int cloneFlags, const Fd& pidNamespace, const std::function<void()>& body);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    // Kills and reaps it unless it was released.
    ~Child();

    pid_t pid() const { return pid_; }
    // Blocks until its program runs; throws the StartError it sent.
    void waitForProgram();
    // The caller reaps it from now on.
    pid_t release();

private:
    void readNumber(const Fd& numbers, pid_t helper);

    Fd report_;
    pid_t pid_ = -1;
};

// For the process itself, in `body`.
// Until execve nobody but root on the host may look into this process.
void forbidTracing();
// Empties the signal mask and gives every signal its default action: an ignored one would stay so.
void resetSignals();

} // namespace ctrd::exec::setup

#pragma once

#include "base/error.h"
#include "base/fd.h"
#include "exec/command.h"

#include <string>
#include <vector>

#include <sys/types.h>

namespace ctrd::exec {

// The container's side of its standard streams; the driver duplicates them onto 0, 1 and 2 and
// closes them in the parent.  With a tty all three are its slave, which becomes the controlling
// terminal.
struct Stdio {
    Fd in, out, err;
    Fd networkNamespace; // see Command; empty: the host's network
};

// The first process of a container.
struct Started {
    pid_t pid = -1; // as the host sees it
    // The caller's child, to be reaped: it ends as the first process does, and is that process
    // wherever nobody had to stand in between.
    pid_t child = -1;
};

struct ExitStatus {
    int code = 0;   // the process' exit code, or 128 + signal
    int signal = 0; // 0 where it exited
    bool oomKilled = false;
};

// The exit code of what was not even started, Docker's.
inline constexpr int kNotStarted = 125;

// A process that could not be started: `exitCode` is the shell's, 127 where the executable is not
// there, 126 where it cannot be run, 125 otherwise.
class StartError : public Error {
public:
    StartError(ErrorKind kind, const std::string& text, int exitCode)
        : Error(kind, text), exitCode_(exitCode) {}
    int exitCode() const { return exitCode_; }

private:
    int exitCode_;
};

// What the program that hosts a driver knows and the driver does not.
struct Host {
    std::string initProgram; // ctrd-init; needed by what says so
    // The kernel moves processes into pid and mount namespaces.  Where it does not, ctrd-init stays
    // as the container's first process and makes further ones on request.
    bool joinsNamespaces = true;
};

// Runs ONE container.  Lives in the container's monitor, which is single-threaded and the parent of
// everything it starts; methods are called in the order below, from one thread.
class Driver {
public:
    virtual ~Driver() = default;

    virtual std::string name() const = 0;

    // Makes cgroups, namespaces and the file system, then the first process; returns once its
    // program runs (execve succeeded).  Throws StartError; nothing stays behind then.  Called once.
    virtual Started start(const Command& command, Stdio stdio) = 0;

    // Translates the raw wait status of Started::child, which the monitor reaped, and says whether
    // the kernel killed for memory in this container.
    virtual ExitStatus exitStatus(int rawWaitStatus) = 0;

    // Another process in the running container.  What is returned is the caller's child, to be
    // signalled and reaped: the process itself, or one that hands signals on (KILL takes both
    // along) and ends as it does.  Throws StartError.
    virtual pid_t exec(const ProcessSpec& process, Stdio stdio) = 0;

    // To the first process.  A container in a host pid namespace: KILL goes to every process.
    virtual void signal(int signal) = 0;

    // Freezes every process and returns when they are; unpause thaws.  Throws Conflict where it is
    // in that state already.
    virtual void pause() = 0;
    virtual void unpause() = 0;

    // All processes of the container as the host numbers them.
    virtual std::vector<pid_t> pids() = 0;
    virtual kernel::Stats stats() = 0;
    // Changes limits while running; what is zero stays.
    virtual void update(const kernel::Resources& resources) = 0;

    // A descriptor that turns readable when the kernel ran out of memory for this container; -1
    // where there is none.  Read 8 bytes to reset.
    virtual int oomEvent() = 0;

    // Kills what is left and removes the cgroups.  May be called for a container that another
    // monitor left behind: only the Command's id and cgroupPath count then.  Never throws; logs.
    virtual void clean(const Command& command) = 0;
};

} // namespace ctrd::exec

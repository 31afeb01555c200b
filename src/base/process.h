#pragma once

#include "base/fd.h"

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace ctrd {

// How a process ended.
struct WaitStatus {
    int raw = 0; // as waitpid(2) gives it

    bool exited() const;
    bool signalled() const;
    // The shell's convention: the exit code, or 128 + the signal.
    int code() const;
};

// A child process.  Made with posix_spawn, which neither copies the page tables of a large parent
// nor runs code of ours between fork and exec, so a threaded program may use it.
class Process {
public:
    struct Options {
        // {ours, child's}: the only descriptors the child gets besides 0, 1 and 2, which are
        // inherited unless named here.
        std::vector<std::pair<int, int>> fds;
        std::vector<std::string> env; // "K=V"; the whole environment, if keepEnv is false
        bool keepEnv = true;
        bool newSession = false; // setsid: a signal to the parent's group does not reach it
    };

    Process() = default;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
    Process& operator=(Process&& other) noexcept;
    // Kills (SIGKILL) and reaps what still runs.
    ~Process();

    // `argv[0]` is looked up in PATH unless it holds a slash.  Throws SystemError
    // "cannot run 'X': …".
    static Process spawn(const std::vector<std::string>& argv, const Options& options);

    pid_t pid() const { return pid_; }
    // Reaps it; throws where it was reaped or released before.
    WaitStatus wait();
    void kill(int signal) const;
    // Gives up ownership: somebody else reaps it.
    pid_t release() { return std::exchange(pid_, -1); }

private:
    pid_t pid_ = -1;
};

// Runs a helper to its end and returns its standard output; throws Internal with the tail of its
// standard error where it fails.  `input` is its standard input.
std::string runCommand(const std::vector<std::string>& argv, const std::string& input = "");

} // namespace ctrd

#pragma once

#include "base/fd.h"
#include "exec/driver.h"
#include "exec/lxc/options.h"

#include <string>
#include <vector>

#include <sys/types.h>

namespace ctrd::exec::lxc {

// The child of the monitor in which liblxc runs a container in the foreground: it is the parent of
// the container's first process, and ends as that does.  It dies with the monitor, and the first
// process with it.
class Starter {
public:
    struct Plan {
        Command command;               // with all settings worked in
        std::vector<Setting> defaults; // of a template; what liblxc does not know is left out
        std::vector<Setting> settings; // of the user, for liblxc
        std::string initProgram;
        std::string cover; // a directory to be hidden from liblxc; "" for none
    };

    // Forks.  Templates, network and file system are the container's from then on.
    explicit Starter(const Plan& plan);
    Starter(const Starter&) = delete;
    Starter& operator=(const Starter&) = delete;
    // Kills and reaps it, unless it was released.
    ~Starter();

    pid_t pid() const { return pid_; }
    // The socket that ctrd-init has inside; it closes when starter and container are gone.
    const Fd& inside() const { return inside_; }
    // Tells it who the first process is, before that may end.
    void expect(pid_t first) const;
    // Waits until it has given up, and says why: the words of liblxc's log, if there are any.
    StartError failure() const;
    // The caller reaps it from now on.
    pid_t release();

private:
    pid_t pid_ = -1;
    Fd control_, inside_;
};

} // namespace ctrd::exec::lxc

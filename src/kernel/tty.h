#pragma once

#include "base/fd.h"

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace ctrd::kernel {

// A pseudo terminal of the host's /dev/pts.  Both ends are close-on-exec; opening the slave makes
// it nobody's controlling terminal.
struct Pty {
    Fd master, slave;
    std::string slavePath; // "/dev/pts/3"
};

// Throws SystemError.
Pty openPty();

// One of the /dev/pts that `process` sees, so that ttyname() finds it there.  No link is followed
// on the way: the tree may be a container's.  nullopt where that is no devpts or has no terminal
// left.
std::optional<Pty> openPtyOf(pid_t process);

// Sets the window size, which tells the foreground group by SIGWINCH; either end will do.
void resizeTty(int fd, uint16_t rows, uint16_t columns);

// Makes the calling process the leader of a new session whose terminal is `fd`.
void takeControllingTerminal(int fd);

// The path of a terminal's descriptor: "/dev/pts/3"; "" where it is no terminal, or where another
// one stands under that name in this mount namespace.
std::string ttyPath(int fd);

} // namespace ctrd::kernel

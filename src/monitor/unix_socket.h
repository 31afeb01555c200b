#pragma once

#include "base/fd.h"

#include <string>

// Stream sockets with a name.  The kernel takes 107 bytes of it; a longer path goes through a
// descriptor of its directory, so that any run directory will do.
namespace ctrd::monitor {

// A listening socket, close-on-exec, to which only its owner may connect; a file left behind by
// another listener is replaced.  Throws SystemError.  For a process of one thread: it changes the
// umask for a moment.
Fd listenUnix(const std::string& path);

// Throws SystemError: ENOENT and ECONNREFUSED where nobody listens.
Fd connectUnix(const std::string& path);

} // namespace ctrd::monitor

#pragma once

#include "base/fd.h"
#include "cli/host.h"

namespace ctrd::cli {

// A connected stream socket, close-on-exec.  Throws Unavailable that names the address, the reason
// and what to do about it.
Fd connectTo(const Host& host);

} // namespace ctrd::cli

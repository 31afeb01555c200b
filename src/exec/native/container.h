#pragma once

#include "base/fd.h"
#include "exec/driver.h"

#include <string>

// What a container's first process does between fork and its program.
namespace ctrd::exec::native {

// The CLONE_NEW… flags of the first process: a mount namespace always, pid, uts and ipc where the
// Command wants private ones.
int cloneFlags(const Command& command);

// The body of the first process.  It builds the file system while its parent makes the cgroups,
// whose directories come line by line through `go`; an end of file without any means that there
// will be none, and ends the process.
void prepareContainer(const Command& command, const Fd& networkNamespace,
                      const std::string& console, const Fd& go);

} // namespace ctrd::exec::native

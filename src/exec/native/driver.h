#pragma once

#include "exec/driver.h"

#include <memory>
#include <string>
#include <vector>

// Runs containers with clone(2), cgroups and pivot_root, and nothing of anybody else's.
namespace ctrd::exec::native {

// The caller has 0, 1 and 2 open, whatever they are, and ignores SIGPIPE.  A start or exec with a
// joined pid namespace makes and reaps a helper process of its own, whose SIGCHLD the caller may
// see. Its executable should lie on a read-only mount: until its program runs, a container's
// process can reach it as /proc/self/exe.  Host::initProgram is needed where Host::joinsNamespaces
// is not.
std::unique_ptr<Driver> createDriver(const Host& host);

// Throws NotSupported with what this host lacks and how to get it.
void probe();

// Throws InvalidArgument: this driver has no options of its own.
void checkOptions(const std::vector<std::string>& options);

} // namespace ctrd::exec::native

#pragma once

#include "exec/driver.h"

#include <memory>
#include <string>
#include <vector>

// Runs containers with liblxc, 1.0 to 5.0: it makes the namespaces, moves into the root and applies
// what lxc-templates/*.conf and Command::driverOptions say; ctrd-init builds the root and becomes
// the program, with the native driver's own code.
namespace ctrd::exec::lxc {

// The caller must be as the native driver wants it.  Host::initProgram is needed.
std::unique_ptr<Driver> createDriver(const Host& host);

// Throws NotSupported with what this host lacks and how to get it.
void probe();

// Throws InvalidArgument that names an option of Command::driverOptions which is none, and says
// why.
void checkOptions(const std::vector<std::string>& options);

} // namespace ctrd::exec::lxc

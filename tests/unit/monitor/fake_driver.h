#pragma once

#include "exec/driver.h"

#include <memory>

namespace ctrd::monitor::testing {

// A driver that runs processes on the host as they are: no namespaces, no cgroups, no root needed.
// driverOptions "cleaned=PATH" makes clean() leave a file; update() with a memory limit of 1 is an
// OOM event; pause() stops the first process.
std::unique_ptr<exec::Driver> createFakeDriver(const exec::Command& command);

} // namespace ctrd::monitor::testing

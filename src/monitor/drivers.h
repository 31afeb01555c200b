#pragma once

#include "exec/driver.h"

#include <memory>
#include <string>

namespace ctrd::monitor {

// The monitor's table of exec drivers.  Throws InvalidArgument that names an unknown one.
std::unique_ptr<exec::Driver> createExecDriver(const std::string& name);

} // namespace ctrd::monitor

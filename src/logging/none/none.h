#pragma once

#include "logging/driver.h"

// "none": output goes to attached clients only; nothing is kept.
namespace ctrd::logging::none {

// Knows no option; InvalidArgument for any.
void validateOptions(const Options& options);
std::unique_ptr<Driver> createWriter(const Options& options, const std::string& path);

} // namespace ctrd::logging::none

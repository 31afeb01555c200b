#pragma once

#include <map>
#include <string>

namespace ctrd::exec::setup {

// Sets kernel parameters by their paths below /proc/sys, each in the namespace the caller is in.
// To be called where /proc/sys can be written: before the container's own is made read-only.
// Throws InvalidArgument for a parameter or value this kernel does not have.
void setSysctls(const std::map<std::string, std::string>& sysctls);

} // namespace ctrd::exec::setup

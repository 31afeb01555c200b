#pragma once

#include <string>

namespace ctrd::daemon {

// Whether the kernel was started with SELinux; /proc is below `root`.
bool kernelHasSelinux(const std::string& root = "/");

// Says that containers are not confined where the kernel has SELinux; throws NotSupported where it
// has not and `wanted` says that --selinux-enabled was given.
void checkSelinux(bool wanted, const std::string& root = "/");

} // namespace ctrd::daemon

#pragma once

#include "exec/command.h"
#include "kernel/device.h"

#include <string>
#include <vector>

// What a container gets unless it asks for something else (Docker 1.7.1's values), as plain data.
// Device rules and capabilities are kernel/device.h's and kernel/capability.h's.
namespace ctrd::exec {

// proc, /dev (tmpfs), /dev/pts, /dev/shm, /dev/mqueue and /sys, in this order.  `label`, an
// SELinux mount label, goes to those that take one.  /sys is read-only unless privileged.
std::vector<kernel::MountSpec> defaultMounts(bool privileged, int64_t shmBytes = 64 << 20,
                                             const std::string& label = "");

// Empty for a privileged container.
std::vector<std::string> defaultMaskedPaths(bool privileged);
std::vector<std::string> defaultReadOnlyPaths(bool privileged);

// The nodes of kernel::defaultDevices(), or of kernel::hostDevices() for a privileged container.
std::vector<DeviceNode> defaultDeviceNodes(bool privileged);
// A node of the host as the container shall see it; `path` "" keeps the host's.
DeviceNode deviceNode(const kernel::Device& device, const std::string& path = "");

} // namespace ctrd::exec

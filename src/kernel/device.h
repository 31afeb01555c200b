#pragma once

#include "kernel/resources.h"

#include <string>
#include <vector>

#include <sys/types.h>

namespace ctrd::kernel {

// A device node, of the host or to be made.
struct Device {
    std::string path;
    char type = 'c'; // b, c or p
    uint32_t major = 0, minor = 0;
    uint32_t mode = 0666; // permission bits
    uid_t uid = 0, gid = 0;
};

// What every container gets in /dev: null zero full tty urandom random, and fuse, whose node may be
// seen but, without a rule, not opened.
const std::vector<Device>& defaultDevices();
// What its device cgroup allows: everything denied, then mknod of all, and the use of the default
// devices, terminals and tun.
const std::vector<DeviceRule>& defaultDeviceRules();
// For a privileged container: everything.
std::vector<DeviceRule> allDeviceRules();

// All nodes below /dev of the host, but what a container has of its own: pts, shm, mqueue, fd and
// console.
std::vector<Device> hostDevices(const std::string& directory = "/dev");
// For --device: the node at `path` (a link is followed), or all nodes below where it is a
// directory.  Throws NotFound where there is nothing, InvalidArgument where it is something else.
std::vector<Device> devicesAt(const std::string& path);

// The rule that lets a container use `device`; `access` of the letters r, w and m.
DeviceRule ruleFor(const Device& device, const std::string& access);

} // namespace ctrd::kernel

#pragma once

#include "base/fd.h"

#include <string>

namespace ctrd::kernel {

// A file as a block device.  It is detached when the last who has the device open closes it: this
// object, a mount, a device-mapper table.
class LoopDevice {
public:
    // Takes the first that is free, with /dev/loop-control where the kernel has it, else by trying
    // one after the other; makes nodes that are missing and loads the module.  `devices` stands for
    // /dev.  Throws Unavailable where all are taken, SystemError otherwise.
    static LoopDevice attach(const std::string& file, const std::string& devices = "/dev");

    const std::string& path() const { return path_; }
    int fd() const { return fd_.get(); }

private:
    LoopDevice(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    std::string path_;
    Fd fd_;
};

// The file behind a loop device, as sysfs tells it; "" where the device is none or has none.
std::string fileOfLoop(const std::string& device, const std::string& sysfs = "/sys");

} // namespace ctrd::kernel

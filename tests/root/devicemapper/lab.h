#pragma once

#include "base/path.h"
#include "kernel/device_mapper.h"
#include "storage/devicemapper/driver.h"

#include <memory>
#include <string>
#include <vector>

namespace ctrd::storage {

// A driver with a small pool in a directory of its own.  Skips the program (exit 77) where there is
// no root or no device-mapper.
class Lab {
public:
    explicit Lab(const std::string& fileSystem = "ext4", const std::vector<std::string>& more = {});
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;
    ~Lab();

    DevicemapperDriver& driver() { return *driver_; }
    const std::string& root() const { return root_; }
    // A directory to mount on.
    std::string mountPoint() const { return joinPath(dir_.path(), "mounted"); }
    // Lets go of the driver, as the end of ctrd does.
    void stop() { driver_.reset(); }
    // A new one on what is there.
    void start();
    // "ctrd-…-", before the ids in the names of devices; and the pool's name.
    std::string prefix() const { return nameOf("ctrd-") + "-"; }
    std::string pool() const { return nameOf("ctrd-pool-"); }
    // Ids of the trees whose devices are there just now.
    std::vector<std::string> active() const;
    bool isActive(const std::string& id) const;
    // Lets the tree `id` go again and again, until the device of `gone` is no more; the kernel
    // needs a moment for the mounts of a process that has ended.
    bool releasedUntilGone(const std::string& id, const std::string& gone);
    std::string row(const std::string& name) const;

    void write(const std::string& id, const std::string& file, const std::string& text);
    std::string read(const std::string& id, const std::string& file) const;
    std::vector<std::string> list(const std::string& id) const;

private:
    TempDir dir_;
    std::string root_;
    std::vector<std::string> options_;
    kernel::DeviceMapper mapper_;
    std::unique_ptr<DevicemapperDriver> driver_;

    std::string nameOf(const std::string& prefix) const;
};

// Mounts as a monitor does, in a process with a mount namespace of its own, and stays there.
class OtherProcess {
public:
    OtherProcess(const kernel::MountSpec& mount, const std::string& target);
    OtherProcess(const OtherProcess&) = delete;
    OtherProcess& operator=(const OtherProcess&) = delete;
    ~OtherProcess() { end(); }
    void end();

private:
    pid_t pid_ = -1;
};

} // namespace ctrd::storage

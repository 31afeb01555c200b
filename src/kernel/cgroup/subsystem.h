#pragma once

#include "kernel/resources.h"

#include <string>
#include <vector>

namespace ctrd::kernel {

// One controller of cgroup v1.  Stateless; `directory` is the group's in this controller's
// hierarchy.
class CgroupSubsystem {
public:
    virtual ~CgroupSubsystem() = default;

    virtual const char* name() const = 0;
    // Whether the resources ask this controller for anything.
    virtual bool concerns(const Resources& resources) const = 0;
    // Readies a new group for tasks; all groups from `mountPoint` down to `directory` exist.
    virtual void prepare(const std::string& /*mountPoint*/,
                         const std::string& /*directory*/) const {}
    virtual void set(const std::string& directory, const Resources& resources) const = 0;
    virtual void stats(const std::string& /*directory*/, Stats& /*stats*/) const {}
};

// Every controller ctrd uses; `devices` first, as it is the one that must be there.
const std::vector<const CgroupSubsystem*>& cgroupSubsystems();

const CgroupSubsystem& devicesSubsystem();
const CgroupSubsystem& memorySubsystem();
const CgroupSubsystem& cpuSubsystem();
const CgroupSubsystem& cpuacctSubsystem();
const CgroupSubsystem& cpusetSubsystem();
const CgroupSubsystem& blkioSubsystem();
const CgroupSubsystem& freezerSubsystem();
const CgroupSubsystem& pidsSubsystem();

} // namespace ctrd::kernel

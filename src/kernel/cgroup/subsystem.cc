#include "kernel/cgroup/subsystem.h"

namespace ctrd::kernel {

const std::vector<const CgroupSubsystem*>& cgroupSubsystems() {
    static const std::vector<const CgroupSubsystem*> kAll = {
        &devicesSubsystem(), &memorySubsystem(), &cpuSubsystem(),     &cpuacctSubsystem(),
        &cpusetSubsystem(),  &blkioSubsystem(),  &freezerSubsystem(), &pidsSubsystem(),
    };
    return kAll;
}

} // namespace ctrd::kernel

#include "kernel/cgroup/files.h"
#include "kernel/cgroup/subsystem.h"

namespace ctrd::kernel {

namespace {

class Cpu : public CgroupSubsystem {
public:
    const char* name() const override { return "cpu"; }

    bool concerns(const Resources& r) const override {
        return r.cpuShares != 0 || r.cpuPeriod != 0 || r.cpuQuota != 0;
    }

    void set(const std::string& directory, const Resources& resources) const override {
        writeLimitUnlessZero(directory, "cpu.shares", resources.cpuShares);
        writeLimitUnlessZero(directory, "cpu.cfs_period_us", resources.cpuPeriod);
        writeLimitUnlessZero(directory, "cpu.cfs_quota_us", resources.cpuQuota);
    }

    void stats(const std::string& directory, Stats& stats) const override {
        for (const auto& [name, value] : readTable(directory, "cpu.stat")) {
            if (name == "nr_periods") stats.throttlePeriods = value;
            if (name == "nr_throttled") stats.throttledPeriods = value;
            if (name == "throttled_time") stats.throttledTime = value;
        }
    }
};

} // namespace

const CgroupSubsystem& cpuSubsystem() {
    static const Cpu kCpu;
    return kCpu;
}

} // namespace ctrd::kernel

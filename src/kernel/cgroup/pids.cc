#include "kernel/cgroup/files.h"
#include "kernel/cgroup/subsystem.h"

namespace ctrd::kernel {

namespace {

class Pids : public CgroupSubsystem {
public:
    const char* name() const override { return "pids"; }
    bool concerns(const Resources& resources) const override { return resources.pidsLimit != 0; }

    void set(const std::string& directory, const Resources& resources) const override {
        if (resources.pidsLimit < 0)
            writeLimit(directory, "pids.max", "max");
        else
            writeLimitUnlessZero(directory, "pids.max", resources.pidsLimit);
    }

    void stats(const std::string& directory, Stats& stats) const override {
        stats.pids = readNumber(directory, "pids.current").value_or(0);
        const uint64_t limit = readNumber(directory, "pids.max").value_or(0);
        stats.pidsLimit = limit == UINT64_MAX ? 0 : limit;
    }
};

} // namespace

const CgroupSubsystem& pidsSubsystem() {
    static const Pids kPids;
    return kPids;
}

} // namespace ctrd::kernel

#include "base/error.h"
#include "base/log.h"
#include "kernel/cgroup/files.h"
#include "kernel/cgroup/subsystem.h"

namespace ctrd::kernel {

namespace {

constexpr const char* kLimit = "memory.limit_in_bytes";
constexpr const char* kSwapLimit = "memory.memsw.limit_in_bytes"; // memory and swap together

// -1 means no limit, the largest number there is.
uint64_t bytes(int64_t limit) {
    return limit < 0 ? UINT64_MAX : static_cast<uint64_t>(limit);
}

// The kernel keeps memory <= memory + swap at every moment, so the order of the two writes depends
// on where the old limits are.
void setMemoryAndSwap(const std::string& directory, const Resources& wanted) {
    const auto oldSwapLimit = readNumber(directory, kSwapLimit);
    const bool grows = oldSwapLimit && bytes(wanted.memory) > *oldSwapLimit;
    if (wanted.memory != 0 && wanted.memorySwap == 0 && grows)
        throw invalidArgument("memory limit " + std::to_string(wanted.memory) +
                              " is above the limit of memory and swap together, " +
                              std::to_string(*oldSwapLimit) + ": raise that in the same request");
    if (wanted.memory != 0 && grows) {
        writeLimitUnlessZero(directory, kSwapLimit, wanted.memorySwap);
        writeLimitUnlessZero(directory, kLimit, wanted.memory);
        return;
    }
    writeLimitUnlessZero(directory, kLimit, wanted.memory);
    writeLimitUnlessZero(directory, kSwapLimit, wanted.memorySwap);
}

class Memory : public CgroupSubsystem {
public:
    const char* name() const override { return "memory"; }

    bool concerns(const Resources& r) const override {
        return r.memory != 0 || r.memorySwap != 0 || r.memoryReservation != 0 ||
               r.memorySwappiness.has_value() || r.oomKillDisable;
    }

    void set(const std::string& directory, const Resources& resources) const override {
        setMemoryAndSwap(directory, resources);
        writeLimitUnlessZero(directory, "memory.soft_limit_in_bytes", resources.memoryReservation);
        if (resources.memorySwappiness)
            writeLimit(directory, "memory.swappiness", std::to_string(*resources.memorySwappiness));
        if (resources.oomKillDisable) writeLimit(directory, "memory.oom_control", "1");
    }

    void stats(const std::string& directory, Stats& stats) const override {
        stats.memoryUsage = readNumber(directory, "memory.usage_in_bytes").value_or(0);
        stats.memoryMaxUsage = readNumber(directory, "memory.max_usage_in_bytes").value_or(0);
        stats.memoryFailures = readNumber(directory, "memory.failcnt").value_or(0);
        stats.memoryLimit = readNumber(directory, kLimit).value_or(0);
        stats.memoryStat = readTable(directory, "memory.stat");
    }
};

} // namespace

const CgroupSubsystem& memorySubsystem() {
    static const Memory kMemory;
    return kMemory;
}

} // namespace ctrd::kernel

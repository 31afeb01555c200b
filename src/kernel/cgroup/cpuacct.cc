#include "base/path.h"
#include "base/strings.h"
#include "kernel/cgroup/files.h"
#include "kernel/cgroup/subsystem.h"

#include <unistd.h>

namespace ctrd::kernel {

namespace {

// cpuacct.stat counts in ticks of user space's clock.
uint64_t nanosecondsPerTick() {
    static const auto kNanoseconds = static_cast<uint64_t>(1000000000 / sysconf(_SC_CLK_TCK));
    return kNanoseconds;
}

class Cpuacct : public CgroupSubsystem {
public:
    const char* name() const override { return "cpuacct"; }
    bool concerns(const Resources&) const override { return false; }
    void set(const std::string&, const Resources&) const override {}

    void stats(const std::string& directory, Stats& stats) const override {
        stats.cpuTotal = readNumber(directory, "cpuacct.usage").value_or(0);
        const auto perCpu = readIfThere(joinPath(directory, "cpuacct.usage_percpu"));
        for (const auto& word : splitWords(perCpu.value_or("")))
            stats.cpuPerCpu.push_back(static_cast<uint64_t>(parseInt(word).value_or(0)));
        for (const auto& [name, ticks] : readTable(directory, "cpuacct.stat")) {
            if (name == "user") stats.cpuUser = ticks * nanosecondsPerTick();
            if (name == "system") stats.cpuKernel = ticks * nanosecondsPerTick();
        }
    }
};

} // namespace

const CgroupSubsystem& cpuacctSubsystem() {
    static const Cpuacct kCpuacct;
    return kCpuacct;
}

} // namespace ctrd::kernel

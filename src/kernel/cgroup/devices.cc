#include "kernel/cgroup/files.h"
#include "kernel/cgroup/subsystem.h"

namespace ctrd::kernel {

namespace {

std::string number(int64_t value) {
    return value < 0 ? "*" : std::to_string(value);
}

// As devices.allow and devices.deny take it: "c 1:3 rwm", or "a" for everything.
std::string ruleText(const DeviceRule& rule) {
    if (rule.type == 'a') return "a";
    return std::string(1, rule.type) + " " + number(rule.major) + ":" + number(rule.minor) + " " +
           rule.access;
}

class Devices : public CgroupSubsystem {
public:
    const char* name() const override { return "devices"; }
    bool concerns(const Resources& resources) const override { return !resources.devices.empty(); }

    void set(const std::string& directory, const Resources& resources) const override {
        for (const auto& rule : resources.devices)
            writeLimit(directory, rule.allow ? "devices.allow" : "devices.deny", ruleText(rule));
    }
};

} // namespace

const CgroupSubsystem& devicesSubsystem() {
    static const Devices kDevices;
    return kDevices;
}

} // namespace ctrd::kernel

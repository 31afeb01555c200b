#include "base/path.h"
#include "kernel/cgroup/files.h"
#include "kernel/cgroup/subsystem.h"

#include <algorithm>
#include <iterator>

namespace ctrd::kernel {

namespace {

// The same counters under the name of whoever keeps them: the CFQ scheduler (2.6.32 has it, and
// without "_recursive"), BFQ, or the throttling layer, which sees all devices.
constexpr const char* kServiceBytes[] = {
    "blkio.io_service_bytes_recursive",     "blkio.io_service_bytes",
    "blkio.bfq.io_service_bytes_recursive", "blkio.throttle.io_service_bytes_recursive",
    "blkio.throttle.io_service_bytes",
};
constexpr const char* kServiced[] = {
    "blkio.io_serviced_recursive",     "blkio.io_serviced",
    "blkio.bfq.io_serviced_recursive", "blkio.throttle.io_serviced_recursive",
    "blkio.throttle.io_serviced",
};

// The limits that are lines "MAJOR:MINOR NUMBER" of a file.
struct DeviceFile {
    const char* file;
    std::vector<DeviceLimit> Resources::*member;
};
constexpr DeviceFile kThrottles[] = {
    {"blkio.throttle.read_bps_device", &Resources::readBytesRate},
    {"blkio.throttle.write_bps_device", &Resources::writeBytesRate},
    {"blkio.throttle.read_iops_device", &Resources::readOperationsRate},
    {"blkio.throttle.write_iops_device", &Resources::writeOperationsRate},
};

void writeDeviceLimits(const std::string& directory, const DeviceFile& file,
                       const Resources& resources) {
    // The kernel takes one device at a time.
    for (const auto& limit : resources.*file.member)
        writeLimit(directory, file.file,
                   std::to_string(limit.major) + ":" + std::to_string(limit.minor) + " " +
                       std::to_string(limit.value));
}

template <size_t n>
std::vector<BlkioEntry> firstWithContent(const std::string& directory,
                                         const char* const (&files)[n]) {
    for (const char* file : files) {
        auto entries = readBlkio(directory, file);
        if (!entries.empty()) return entries;
    }
    return {};
}

class Blkio : public CgroupSubsystem {
public:
    const char* name() const override { return "blkio"; }
    bool concerns(const Resources& resources) const override {
        return resources.blkioWeight != 0 || !resources.blkioWeights.empty() ||
               std::any_of(std::begin(kThrottles), std::end(kThrottles),
                           [&](const auto& t) { return !(resources.*t.member).empty(); });
    }

    void set(const std::string& directory, const Resources& resources) const override {
        const bool bfq = !exists(joinPath(directory, "blkio.weight")) &&
                         exists(joinPath(directory, "blkio.bfq.weight"));
        writeLimitUnlessZero(directory, bfq ? "blkio.bfq.weight" : "blkio.weight",
                             resources.blkioWeight);
        writeDeviceLimits(
            directory,
            {bfq ? "blkio.bfq.weight_device" : "blkio.weight_device", &Resources::blkioWeights},
            resources);
        for (const auto& throttle : kThrottles)
            writeDeviceLimits(directory, throttle, resources);
    }

    void stats(const std::string& directory, Stats& stats) const override {
        stats.ioServiceBytes = firstWithContent(directory, kServiceBytes);
        stats.ioServiced = firstWithContent(directory, kServiced);
    }
};

} // namespace

const CgroupSubsystem& blkioSubsystem() {
    static const Blkio kBlkio;
    return kBlkio;
}

} // namespace ctrd::kernel

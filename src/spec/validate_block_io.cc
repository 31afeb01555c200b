#include "base/error.h"
#include "spec/validate_host.h"

namespace ctrd::spec {

namespace {

bool isWeight(int64_t value) {
    return value >= 10 && value <= 1000; // the kernel's bounds
}

void checkDevice(const DeviceLimit& limit, const char* option) {
    if (limit.path.empty() || limit.path[0] != '/')
        throw invalidArgument(std::string("invalid device '") + limit.path + "' of " + option +
                              ": the absolute path of a block device is wanted");
}

void checkRates(const std::vector<DeviceLimit>& limits, const char* option) {
    for (const auto& limit : limits) {
        checkDevice(limit, option);
        if (limit.value <= 0)
            throw invalidArgument(std::string("invalid rate ") + std::to_string(limit.value) +
                                  " of " + option + " for '" + limit.path +
                                  "': a number above 0 is wanted");
    }
}

} // namespace

void validateBlockIo(const HostConfig& h) {
    if (h.blkioWeight != 0 && !isWeight(h.blkioWeight))
        throw invalidArgument("invalid block IO weight " + std::to_string(h.blkioWeight) +
                              ": range of blkio weight is from 10 to 1000");
    for (const auto& limit : h.blkioWeightDevice) {
        checkDevice(limit, "blkio-weight-device");
        if (!isWeight(limit.value))
            throw invalidArgument("invalid block IO weight " + std::to_string(limit.value) +
                                  " of '" + limit.path +
                                  "': range of blkio weight is from 10 to 1000");
    }
    checkRates(h.blkioDeviceReadBps, "device-read-bps");
    checkRates(h.blkioDeviceWriteBps, "device-write-bps");
    checkRates(h.blkioDeviceReadIOps, "device-read-iops");
    checkRates(h.blkioDeviceWriteIOps, "device-write-iops");
}

} // namespace ctrd::spec

#include "spec/update.h"

#include "base/error.h"

namespace ctrd::spec {

namespace {

constexpr int64_t HostConfig::*kNumbers[] = {
    &HostConfig::memory,       &HostConfig::memorySwap,  &HostConfig::memoryReservation,
    &HostConfig::cpuShares,    &HostConfig::cpuPeriod,   &HostConfig::cpuQuota,
    &HostConfig::nanoCpus,     &HostConfig::blkioWeight, &HostConfig::pidsLimit,
    &HostConfig::kernelMemory,
};
constexpr std::string HostConfig::*kTexts[] = {&HostConfig::cpusetCpus, &HostConfig::cpusetMems};

void checkCpuKinds(const HostConfig& now, const HostConfig& changes) {
    const bool bandwidth = changes.cpuPeriod != 0 || changes.cpuQuota != 0;
    if (bandwidth && now.nanoCpus != 0)
        throw conflict(
            "conflicting options: CPU period and quota cannot be updated as a number of CPUs "
            "(NanoCpus) has already been set");
    if (changes.nanoCpus != 0 && (now.cpuPeriod != 0 || now.cpuQuota != 0))
        throw conflict(
            "conflicting options: the number of CPUs (NanoCpus) cannot be updated as a CPU period "
            "or quota has already been set");
}

void checkSwap(const HostConfig& now, const HostConfig& changes) {
    if (changes.memory > 0 && changes.memorySwap == 0 && now.memorySwap > 0 &&
        changes.memory > now.memorySwap)
        throw conflict("memory limit " + std::to_string(changes.memory) +
                       " should be smaller than the already set memoryswap limit " +
                       std::to_string(now.memorySwap) + ", update the memoryswap at the same time");
}

} // namespace

HostConfig updated(HostConfig now, const HostConfig& changes) {
    checkCpuKinds(now, changes);
    checkSwap(now, changes);
    for (const auto member : kNumbers)
        if (changes.*member != 0) now.*member = changes.*member;
    for (const auto member : kTexts)
        if (!(changes.*member).empty()) now.*member = changes.*member;
    if (!changes.restartPolicy.name.empty()) {
        if (now.autoRemove && changes.restartPolicy.name != "no")
            throw conflict(
                "Restart policy cannot be updated because AutoRemove is enabled for the "
                "container");
        now.restartPolicy = changes.restartPolicy;
    }
    return now;
}

} // namespace ctrd::spec

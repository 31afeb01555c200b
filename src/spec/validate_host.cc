#include "spec/validate_host.h"

#include "base/error.h"
#include "base/strings.h"

#include <algorithm>

namespace ctrd::spec {

namespace {

constexpr int64_t kMinimumMemory = 4 << 20; // as Docker: less cannot hold a shell
constexpr const char* kUlimitNames[] = {
    "core",   "cpu",   "data", "fsize",  "locks",  "memlock",    "msgqueue", "nice",
    "nofile", "nproc", "rss",  "rtprio", "rttime", "sigpending", "stack",
};

void checkMemory(const HostConfig& h) {
    if (h.memory != 0 && h.memory < kMinimumMemory)
        throw invalidArgument("invalid memory limit " + std::to_string(h.memory) +
                              ": minimum memory limit allowed is 4MB");
    if (h.memorySwap < -1)
        throw invalidArgument("invalid memory-swap limit " + std::to_string(h.memorySwap) +
                              ": bytes are wanted, or -1 for no limit");
    if (h.memorySwap != 0 && h.memory == 0)
        throw invalidArgument("a memory-swap limit needs a memory limit: set both");
    if (h.memorySwap > 0 && h.memorySwap < h.memory)
        throw invalidArgument("minimum memory-swap limit should be larger than memory limit: " +
                              std::to_string(h.memorySwap) + " is less than " +
                              std::to_string(h.memory));
    if (h.memoryReservation < 0 || (h.memory > 0 && h.memoryReservation > h.memory))
        throw invalidArgument("invalid memory reservation " + std::to_string(h.memoryReservation) +
                              ": it must be at most the memory limit");
    if (h.memorySwappiness && (*h.memorySwappiness < 0 || *h.memorySwappiness > 100))
        throw invalidArgument("invalid memory swappiness " + std::to_string(*h.memorySwappiness) +
                              ": 0 to 100 is wanted");
}

void checkCpu(const HostConfig& h) {
    if (h.cpuShares < 0) throw invalidArgument("invalid CPU shares " + std::to_string(h.cpuShares));
    if (h.cpuPeriod != 0 && (h.cpuPeriod < 1000 || h.cpuPeriod > 1000000))
        throw invalidArgument("invalid CPU period " + std::to_string(h.cpuPeriod) +
                              ": 1000 to 1000000 microseconds are wanted");
    if (h.cpuQuota != 0 && h.cpuQuota != -1 && h.cpuQuota < 1000)
        throw invalidArgument("invalid CPU quota " + std::to_string(h.cpuQuota) +
                              ": at least 1000 microseconds are wanted");
    if (h.nanoCpus < 0 || (h.nanoCpus > 0 && h.nanoCpus < 10000000))
        throw invalidArgument("invalid number of CPUs: at least 0.01 is wanted");
    if (h.nanoCpus > 0 && (h.cpuPeriod != 0 || h.cpuQuota != 0))
        throw invalidArgument("a number of CPUs and a CPU period or quota exclude each other");
    if (h.pidsLimit < -1)
        throw invalidArgument("invalid pids limit " + std::to_string(h.pidsLimit) +
                              ": a number of processes is wanted, or -1 for no limit");
}

void checkUlimits(const HostConfig& h) {
    for (const auto& u : h.ulimits) {
        const bool known = std::any_of(std::begin(kUlimitNames), std::end(kUlimitNames),
                                       [&](const char* name) { return u.name == name; });
        if (!known) throw invalidArgument("invalid ulimit type: '" + u.name + "'");
        if (u.hard != -1 && (u.soft == -1 || u.soft > u.hard))
            throw invalidArgument("ulimit soft limit must be less than or equal to hard limit: '" +
                                  u.name + "' " + std::to_string(u.soft) + " > " +
                                  std::to_string(u.hard));
    }
}

void checkRestartPolicy(const HostConfig& h) {
    const RestartPolicy& policy = h.restartPolicy;
    const bool bounded = policy.name == "on-failure";
    const bool known = policy.name.empty() || policy.name == "no" || policy.name == "always" ||
                       policy.name == "unless-stopped" || bounded;
    if (!known) throw invalidArgument("invalid restart policy '" + policy.name + "'");
    if (policy.maximumRetryCount < 0 || (policy.maximumRetryCount != 0 && !bounded))
        throw invalidArgument("maximum retry count cannot be used with restart policy '" +
                              policy.name + "'");
    if (h.autoRemove && !policy.name.empty() && policy.name != "no")
        throw invalidArgument(
            "can't create 'AutoRemove' container with restart policy: choose one of them");
}

void checkNetwork(const HostConfig& h) {
    if (h.networkMode == "host" && !h.links.empty())
        throw invalidArgument("conflicting options: host type networking can't be used with links");
    for (const auto& host : h.extraHosts) {
        const auto parts = splitOnce(host, ':');
        if (!parts || parts->first.empty() || parts->second.empty())
            throw invalidArgument("invalid extra host '" + host + "': NAME:ADDRESS is wanted");
    }
}

// What is right in itself, but whose time has not come.
void refuseUnbuilt(const HostConfig& h) {
    for (const auto& [port, bindings] : h.portBindings)
        if (!bindings.empty())
            throw notSupported("publishing ports is not built yet (port " + port +
                               "): reach the container by its address, or use --net=host");
    if (h.publishAllPorts) throw notSupported("publishing ports is not built yet: use --net=host");
    if (!h.links.empty())
        throw notSupported("links are not built yet: reach the container by its address");
    if (!h.storageOpt.empty())
        throw notSupported("storage options of one container are not built yet");
}

} // namespace

void validate(const HostConfig& h) {
    checkMemory(h);
    checkCpu(h);
    checkUlimits(h);
    checkRestartPolicy(h);
    checkNetwork(h);
    validateBlockIo(h);
    validateIsolation(h);
    for (const auto& bind : h.binds)
        parseBind(bind);
    for (const auto& mount : h.mounts)
        validate(mount);
    for (const auto& from : h.volumesFrom)
        parseVolumesFrom(from);
    if (h.oomScoreAdj < -1000 || h.oomScoreAdj > 1000)
        throw invalidArgument("invalid OOM score adjustment " + std::to_string(h.oomScoreAdj) +
                              ": -1000 to 1000 is wanted");
    if (h.shmSize < 0) throw invalidArgument("invalid shm size " + std::to_string(h.shmSize));
    refuseUnbuilt(h);
}

} // namespace ctrd::spec

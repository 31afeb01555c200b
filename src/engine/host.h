#pragma once

#include "spec/host_config.h"

#include <set>
#include <string>
#include <vector>

// What only the host can tell about a container's configuration.
namespace ctrd::engine {

// Which limits this kernel can keep, as its mounted cgroup hierarchies show.
struct HostLimits {
    bool memory = false, swap = false, reservation = false, swappiness = false;
    bool oomKillDisable = false, cpuShares = false, cpuCfs = false, cpuset = false;
    bool blkioWeight = false, blkioWeightDevice = false, blkioRates = false, pids = false;
    std::string cpus, memoryNodes; // what a cpuset may choose from: "0-3"
    int cpuCount = 0;
};

// Reads below `root` ("/" but in tests): proc/mounts, the mount points named there, sys/devices.
HostLimits probeHostLimits(const std::string& root = "/");

// {0, 1, 2, 7} of "0-2,7"; throws InvalidArgument that names `what`.
std::set<int> parseCpuList(const std::string& text, const std::string& what);

// InvalidArgument where the cpuset names processors or memory nodes this host has not, or where
// more CPUs are asked for than there are.
void checkCpus(const spec::HostConfig& config, const HostLimits& limits);

// InvalidArgument that names the first bind source, or device, that does not exist.
void checkSources(const spec::HostConfig& config);

// Takes out of `config` what this kernel cannot keep and says so in Docker's words, one sentence
// each; a warning is no failure.
std::vector<std::string> dropUnsupported(spec::HostConfig& config, const HostLimits& limits);

// "WARNING: No swap limit support" …: what `info` says of it.
std::vector<std::string> limitWarnings(const HostLimits& limits);

// Nanoseconds that all processors spent in any state but idle ones included, as Docker's
// system_cpu_usage counts: the first eight columns of proc/stat's first line.
uint64_t systemCpuNanoseconds(const std::string& root = "/");

} // namespace ctrd::engine

#pragma once

#include "base/json_fwd.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ctrd::kernel {

// A line of devices.allow: "c 1:3 rwm"; -1 stands for `*`.
struct DeviceRule {
    char type = 'a'; // a, b or c
    int64_t major = -1;
    int64_t minor = -1;
    std::string access = "rwm";
    bool allow = true;
};

// A number that belongs to one block device: a weight, bytes or operations a second.
struct DeviceLimit {
    uint64_t major = 0, minor = 0;
    uint64_t value = 0;
};

// Limits of one container as its cgroups take them.  Zero, empty or absent: leave the kernel's.
struct Resources {
    int64_t memory = 0;            // bytes
    int64_t memorySwap = 0;        // bytes, memory + swap; -1: no limit
    int64_t memoryReservation = 0; // bytes
    std::optional<int64_t> memorySwappiness;
    bool oomKillDisable = false;
    int64_t cpuShares = 0;
    int64_t cpuPeriod = 0;  // microseconds
    int64_t cpuQuota = 0;   // microseconds per period
    std::string cpusetCpus; // "0-2,7"
    std::string cpusetMems;
    int64_t blkioWeight = 0;                                          // 10 to 1000
    std::vector<DeviceLimit> blkioWeights;                            // 10 to 1000
    std::vector<DeviceLimit> readBytesRate, writeBytesRate;           // bytes a second
    std::vector<DeviceLimit> readOperationsRate, writeOperationsRate; // a second
    int64_t pidsLimit = 0;                                            // -1: no limit
    std::vector<DeviceRule> devices; // in order; the first denies all where it has type a
};

Json toJson(const Resources& resources);
Resources resourcesFromJson(const Json& json);

struct BlkioEntry {
    uint64_t major = 0, minor = 0;
    std::string op; // Read, Write, Sync, Async, Total; "" where the file has none
    uint64_t value = 0;
};

struct NetworkCounters {
    std::string interface;
    uint64_t rxBytes = 0, rxPackets = 0, rxErrors = 0, rxDropped = 0;
    uint64_t txBytes = 0, txPackets = 0, txErrors = 0, txDropped = 0;
};

// One sample of what a container uses, from its cgroups and its network namespace.
struct Stats {
    uint64_t cpuTotal = 0;  // nanoseconds
    uint64_t cpuUser = 0;   // nanoseconds
    uint64_t cpuKernel = 0; // nanoseconds
    std::vector<uint64_t> cpuPerCpu;
    uint64_t throttlePeriods = 0, throttledPeriods = 0, throttledTime = 0;
    uint64_t memoryUsage = 0, memoryMaxUsage = 0, memoryFailures = 0, memoryLimit = 0; // bytes
    std::vector<std::pair<std::string, uint64_t>> memoryStat; // the lines of memory.stat
    std::vector<BlkioEntry> ioServiceBytes, ioServiced;
    uint64_t pids = 0, pidsLimit = 0;      // 0 where the kernel has no pids controller
    std::vector<NetworkCounters> networks; // read inside the container: eth0 …
};

Json toJson(const Stats& stats);
Stats statsFromJson(const Json& json);

} // namespace ctrd::kernel

#pragma once

#include "base/json_fwd.h"
#include "spec/bind.h"
#include "spec/mount.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ctrd::spec {

struct Ulimit {
    std::string name;           // "nofile"
    int64_t soft = 0, hard = 0; // -1: unlimited
};

struct RestartPolicy {
    std::string name;          // "", "no", "always", "unless-stopped", "on-failure"
    int maximumRetryCount = 0; // on-failure only; 0: no bound
};

struct LogConfig {
    std::string type; // "": the daemon's
    std::map<std::string, std::string> config;
};

struct DeviceMapping {
    std::string pathOnHost, pathInContainer;
    std::string cgroupPermissions = "rwm";
};

// A block device of the host and a number for it: a weight, bytes or operations a second.
struct DeviceLimit {
    std::string path;
    int64_t value = 0;
};

struct PortBinding {
    std::string hostIp, hostPort;
};

// Docker's `HostConfig`: what belongs to this host.  Members are called as in the API.
struct HostConfig {
    std::vector<std::string> binds; // [HOST|VOLUME:]PATH[:MODE] (bind.h)
    std::vector<Mount> mounts;
    std::string containerIdFile;
    std::vector<std::string> lxcConf;                          // "key=value"
    int64_t memory = 0, memorySwap = 0, memoryReservation = 0; // bytes; swap -1: unlimited
    std::optional<int64_t> memorySwappiness;
    int64_t cpuShares = 0, cpuPeriod = 0, cpuQuota = 0; // period and quota in microseconds
    int64_t nanoCpus = 0;
    std::string cpusetCpus, cpusetMems;
    int64_t blkioWeight = 0;
    std::vector<DeviceLimit> blkioWeightDevice;                         // 10 to 1000
    std::vector<DeviceLimit> blkioDeviceReadBps, blkioDeviceWriteBps;   // bytes a second
    std::vector<DeviceLimit> blkioDeviceReadIOps, blkioDeviceWriteIOps; // operations a second
    int64_t kernelMemory = 0; // bytes; dropped with a warning
    int64_t pidsLimit = 0;    // -1: no limit
    bool oomKillDisable = false;
    int oomScoreAdj = 0;
    bool privileged = false, publishAllPorts = false, readonlyRootfs = false, autoRemove = false;
    bool init = false;
    std::map<std::string, std::vector<PortBinding>> portBindings;
    std::vector<std::string> links, dns, dnsSearch, dnsOptions, extraHosts, volumesFrom;
    std::vector<DeviceMapping> devices;
    std::vector<std::string> deviceCgroupRules; // "c 1:3 rwm"; "*" for any number
    std::string networkMode; // "", "default", "bridge", "none", "host", "container:X"
    std::string ipcMode;     // "", "private", "shareable", "none", "host", "container:X"
    std::string pidMode;     // "", "private", "host", "container:X"
    std::string utsMode, cgroupnsMode, usernsMode; // "", "private", "host"
    std::vector<std::string> capAdd, capDrop, groupAdd, securityOpt;
    RestartPolicy restartPolicy;
    std::vector<Ulimit> ulimits;
    LogConfig logConfig;
    std::string cgroupParent;
    std::string runtime; // the exec driver; "": the daemon's
    int64_t shmSize = 0; // bytes; 0: 64 MiB
    std::map<std::string, std::string> tmpfs, sysctls, storageOpt;
    std::string volumeDriver;
    // Of /proc and /sys; absent: Docker's own lists.
    std::optional<std::vector<std::string>> maskedPaths, readonlyPaths;
    std::map<std::string, std::string> annotations; // kept for who asks
    int consoleRows = 0, consoleColumns = 0;
};

// As containerConfigFromJson.
HostConfig hostConfigFromJson(const Json& json);
Json toJson(const HostConfig& config);

// What can be judged without asking the host: sizes (memory at least 4 MiB, swap at least memory,
// swap needs memory, blkio weight 10 to 1000), names of policies, modes, ulimits and sysctls,
// device rules, binds and mounts.  Throws InvalidArgument that names the option and the value.
// Things that are valid but not built yet throw NotSupported with a sentence.
void validate(const HostConfig& config);

// The part of it about sysctls: that each belongs to a namespace, which is not the host's.
void validateSysctls(const HostConfig& config);

// "/proc/sys/" + what it returns is the file of a sysctl: "net/ipv4/ip_forward" of
// "net.ipv4.ip_forward".  As sysctl(8), a name whose first separator is a slash keeps its dots.
std::string sysctlPath(const std::string& name);

} // namespace ctrd::spec

#include "api/wire/shape.h"

#include "api/wire/shape_rules.h"
#include "base/json.h"

#include <limits>

namespace ctrd::api::wire {

namespace {

constexpr int kForever = std::numeric_limits<int>::max();

// A member that only some versions have: from 1.`since` to 1.`until`, both included.
struct Member {
    Object object;
    const char* parent; // "" for the object itself
    const char* name;
    int since;
    int until = kForever;
};

constexpr Member kMembers[] = {
    {Object::Container, "", "ExecIDs", 15},
    {Object::Container, "", "ExecDriver", 0, 23},
    {Object::Container, "", "Volumes", 0, 19},
    {Object::Container, "", "VolumesRW", 0, 19},
    {Object::Container, "", "Mounts", 20},
    {Object::Container, "", "GraphDriver", 20},
    {Object::Container, "", "Platform", 32},
    {Object::Container, "State", "Status", 21},
    {Object::Container, "State", "OOMKilled", 17},
    {Object::Container, "State", "Error", 17},
    {Object::Container, "State", "Dead", 19},
    {Object::Container, "NetworkSettings", "PortMapping", 0, 20},
    {Object::Container, "NetworkSettings", "Networks", 21},
    {Object::Container, "NetworkSettings", "SandboxID", 21},
    {Object::Container, "Config", "Memory", 0, 18},
    {Object::Container, "Config", "MemorySwap", 0, 18},
    {Object::Container, "Config", "CpuShares", 0, 18},
    {Object::Container, "Config", "Cpuset", 0, 18},
    {Object::Container, "Config", "VolumeDriver", 19, 20},
    {Object::Container, "Config", "Labels", 18},
    {Object::Container, "Config", "StopSignal", 21},
    {Object::Container, "Config", "Healthcheck", 24},
    {Object::Container, "Config", "Shell", 24},
    {Object::Container, "Config", "StopTimeout", 25},
    {Object::Container, "HostConfig", "PidMode", 17},
    {Object::Container, "HostConfig", "ReadonlyRootfs", 17},
    {Object::Container, "HostConfig", "CgroupParent", 18},
    {Object::Container, "HostConfig", "CpusetCpus", 18},
    {Object::Container, "HostConfig", "LogConfig", 18},
    {Object::Container, "HostConfig", "Ulimits", 18},
    {Object::Container, "HostConfig", "BlkioWeight", 19},
    {Object::Container, "HostConfig", "CpuPeriod", 19},
    {Object::Container, "HostConfig", "CpuQuota", 19},
    {Object::Container, "HostConfig", "CpusetMems", 19},
    {Object::Container, "HostConfig", "OomKillDisable", 19},
    {Object::Container, "HostConfig", "UTSMode", 19},
    {Object::Container, "HostConfig", "GroupAdd", 20},
    {Object::Container, "HostConfig", "MemorySwappiness", 20},
    {Object::Container, "HostConfig", "ConsoleSize", 21},
    {Object::Container, "HostConfig", "DnsOptions", 21},
    {Object::Container, "HostConfig", "MemoryReservation", 21},
    {Object::Container, "HostConfig", "OomScoreAdj", 21},
    {Object::Container, "HostConfig", "VolumeDriver", 21},
    {Object::Container, "HostConfig", "KernelMemory", 21, 41},
    {Object::Container, "HostConfig", "BlkioWeightDevice", 22},
    {Object::Container, "HostConfig", "BlkioDeviceReadBps", 22},
    {Object::Container, "HostConfig", "BlkioDeviceReadIOps", 22},
    {Object::Container, "HostConfig", "BlkioDeviceWriteBps", 22},
    {Object::Container, "HostConfig", "BlkioDeviceWriteIOps", 22},
    {Object::Container, "HostConfig", "ShmSize", 22},
    {Object::Container, "HostConfig", "Tmpfs", 22},
    {Object::Container, "HostConfig", "PidsLimit", 23},
    {Object::Container, "HostConfig", "UsernsMode", 23},
    {Object::Container, "HostConfig", "StorageOpt", 24},
    {Object::Container, "HostConfig", "Sysctls", 24},
    {Object::Container, "HostConfig", "AutoRemove", 25},
    {Object::Container, "HostConfig", "Init", 25},
    {Object::Container, "HostConfig", "Mounts", 25},
    {Object::Container, "HostConfig", "NanoCpus", 25},
    {Object::Container, "HostConfig", "Runtime", 25},
    {Object::Container, "HostConfig", "DeviceCgroupRules", 28},
    {Object::Container, "HostConfig", "MaskedPaths", 38},
    {Object::Container, "HostConfig", "ReadonlyPaths", 38},
    {Object::Container, "HostConfig", "CgroupnsMode", 41},
    {Object::Container, "HostConfig", "Annotations", 43},

    {Object::ContainerSummary, "", "Labels", 18},
    {Object::ContainerSummary, "", "ImageID", 21},
    {Object::ContainerSummary, "", "HostConfig", 21},
    {Object::ContainerSummary, "", "NetworkSettings", 22},
    {Object::ContainerSummary, "", "Mounts", 23},
    {Object::ContainerSummary, "", "State", 23},

    {Object::Image, "", "RepoDigests", 21},
    {Object::Image, "", "RepoTags", 21},
    {Object::Image, "", "GraphDriver", 21},
    {Object::Image, "", "RootFS", 23},
    {Object::Image, "", "Metadata", 27},
    {Object::Image, "", "VirtualSize", 0, 43},

    {Object::ImageSummary, "", "Labels", 18},
    {Object::ImageSummary, "", "RepoDigests", 18},
    {Object::ImageSummary, "", "Containers", 25},
    {Object::ImageSummary, "", "SharedSize", 25},
    {Object::ImageSummary, "", "VirtualSize", 0, 43},

    {Object::ImageHistory, "", "Comment", 19},

    {Object::Exec, "", "Container", 0, 20},
    {Object::Exec, "", "ContainerID", 21},
    {Object::Exec, "", "CanRemove", 21},
    {Object::Exec, "", "DetachKeys", 22},
    {Object::Exec, "", "Pid", 25},

    {Object::Stats, "", "network", 0, 20},
    {Object::Stats, "", "networks", 21},
    {Object::Stats, "", "precpu_stats", 19},
    {Object::Stats, "", "pids_stats", 23},
    {Object::Stats, "", "id", 21},
    {Object::Stats, "", "name", 21},
    {Object::Stats, "", "preread", 25},
    {Object::Stats, "", "num_procs", 25},
    {Object::Stats, "", "storage_stats", 25},
    {Object::Stats, "cpu_stats", "online_cpus", 27},
    {Object::Stats, "precpu_stats", "online_cpus", 27},

    {Object::Event, "", "timeNano", 21},
    {Object::Event, "", "Type", 22},
    {Object::Event, "", "Action", 22},
    {Object::Event, "", "Actor", 22},
    {Object::Event, "", "scope", 30},

    {Object::Info, "", "ExecutionDriver", 0, 23},
    {Object::Info, "", "InitSha1", 0, 23},
    {Object::Info, "", "InitPath", 0, 23},
    {Object::Info, "", "Labels", 16},
    {Object::Info, "", "CpuCfsPeriod", 19},
    {Object::Info, "", "CpuCfsQuota", 19},
    {Object::Info, "", "LoggingDriver", 19},
    {Object::Info, "", "SystemTime", 19},
    {Object::Info, "", "OomKillDisable", 19},
    {Object::Info, "", "ServerVersion", 21},
    {Object::Info, "", "CPUShares", 21},
    {Object::Info, "", "CPUSet", 21},
    {Object::Info, "", "Plugins", 22},
    {Object::Info, "", "OSType", 22},
    {Object::Info, "", "Architecture", 22},
    {Object::Info, "", "ContainersRunning", 22},
    {Object::Info, "", "ContainersPaused", 22},
    {Object::Info, "", "ContainersStopped", 22},
    {Object::Info, "", "CgroupDriver", 23},
    {Object::Info, "", "KernelMemory", 23, 41},
    {Object::Info, "", "SecurityOptions", 24},
    {Object::Info, "", "Swarm", 24},
    {Object::Info, "", "Runtimes", 24},
    {Object::Info, "", "DefaultRuntime", 24},
    {Object::Info, "", "InitBinary", 25},
    {Object::Info, "", "ContainerdCommit", 25},
    {Object::Info, "", "RuncCommit", 25},
    {Object::Info, "", "InitCommit", 25},
    {Object::Info, "", "Isolation", 25},
    {Object::Info, "", "LiveRestoreEnabled", 25},
    {Object::Info, "", "Warnings", 39},
    {Object::Info, "", "ProductLicense", 39},
    {Object::Info, "", "PidsLimit", 40},
    {Object::Info, "", "CgroupVersion", 41},
    {Object::Info, "", "DefaultAddressPools", 41},
    {Object::Info, "", "OSVersion", 41},

    {Object::Version, "", "BuildTime", 22},
    {Object::Version, "", "MinAPIVersion", 25},
    {Object::Version, "", "Platform", 35},
    {Object::Version, "", "Components", 35},

    {Object::Wait, "", "Error", 34},

    {Object::Volume, "", "Labels", 23},
    {Object::Volume, "", "Options", 24},
    {Object::Volume, "", "Scope", 24},
    {Object::Volume, "", "CreatedAt", 31},

    {Object::DiskUsage, "", "BuildCache", 31},
    {Object::DiskUsage, "", "BuilderSize", 31, 41},
};

void dropForeign(Object object, Version version, Json& json) {
    for (const auto& member : kMembers) {
        if (member.object != object) continue;
        if (version.minor >= member.since && version.minor <= member.until) continue;
        Json* parent = &json;
        if (*member.parent != '\0') {
            const auto found = json.find(member.parent);
            if (found == json.end() || !found->is_object()) continue;
            parent = &*found;
        }
        parent->erase(member.name);
    }
}

} // namespace

void shape(Object object, Version version, Json& json) {
    if (!json.is_object()) return;
    applyRules(object, version, json);
    dropForeign(object, version, json);
}

} // namespace ctrd::api::wire

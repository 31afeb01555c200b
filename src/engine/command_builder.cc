#include "engine/command_builder.h"

#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"
#include "exec/defaults.h"
#include "kernel/device.h"

#include <algorithm>

namespace ctrd::engine {

std::string cgroupPath(const std::string& parent, const std::string& id) {
    const auto parts = split(parent, '/');
    if (std::find(parts.begin(), parts.end(), "..") != parts.end() || containsChar(parent, '\0'))
        throw invalidArgument("invalid cgroup parent '" + parent +
                              "': it must not leave its hierarchy with '..'");
    return joinPath(cleanPath("/" + parent), id);
}

std::string joinedContainer(const std::string& mode) {
    const std::string prefix = "container:";
    return startsWith(mode, prefix) ? mode.substr(prefix.size()) : "";
}

exec::Namespace namespaceOf(const std::string& mode, const char* key, const char* file,
                            const CommandContext& context) {
    if (mode.empty() || mode == "private") return {};
    if (mode == "host") return {exec::NamespaceMode::Host, ""};
    const std::string other = joinedContainer(mode);
    if (other.empty())
        throw invalidArgument(std::string("invalid ") + key + " mode: '" + mode +
                              "': private, host or container:NAME is wanted");
    return {exec::NamespaceMode::Join,
            "/proc/" + std::to_string(context.pidOf(other)) + "/ns/" + file};
}

namespace {

// The lists of limits of block devices, there and here.
struct BlockLimits {
    const char* option;
    std::vector<spec::DeviceLimit> spec::HostConfig::*from;
    std::vector<kernel::DeviceLimit> kernel::Resources::*to;
};
constexpr BlockLimits kBlockLimits[] = {
    {"blkio-weight-device", &spec::HostConfig::blkioWeightDevice, &kernel::Resources::blkioWeights},
    {"device-read-bps", &spec::HostConfig::blkioDeviceReadBps, &kernel::Resources::readBytesRate},
    {"device-write-bps", &spec::HostConfig::blkioDeviceWriteBps,
     &kernel::Resources::writeBytesRate},
    {"device-read-iops", &spec::HostConfig::blkioDeviceReadIOps,
     &kernel::Resources::readOperationsRate},
    {"device-write-iops", &spec::HostConfig::blkioDeviceWriteIOps,
     &kernel::Resources::writeOperationsRate},
};

kernel::DeviceLimit blockLimit(const spec::DeviceLimit& limit, const char* option) {
    const auto refusal = [&](const char* reason) {
        return invalidArgument(std::string("invalid device '") + limit.path + "' of " + option +
                               ": " + reason);
    };
    if (!exists(limit.path)) throw refusal("no such device");
    const auto found = kernel::devicesAt(limit.path);
    if (found.size() != 1 || found[0].type != 'b') throw refusal("it is no block device");
    return {found[0].major, found[0].minor, static_cast<uint64_t>(limit.value)};
}

} // namespace

kernel::Resources resourcesOf(const spec::HostConfig& config) {
    kernel::Resources r;
    r.memory = config.memory;
    r.memorySwap = config.memorySwap;
    r.memoryReservation = config.memoryReservation;
    r.memorySwappiness = config.memorySwappiness;
    r.oomKillDisable = config.oomKillDisable;
    r.cpuShares = config.cpuShares;
    r.cpuPeriod = config.cpuPeriod;
    r.cpuQuota = config.cpuQuota;
    if (config.nanoCpus > 0) {
        constexpr int64_t kPeriod = 100000; // microseconds, the kernel's default
        r.cpuPeriod = kPeriod;
        r.cpuQuota = config.nanoCpus * kPeriod / 1000000000;
    }
    r.cpusetCpus = config.cpusetCpus;
    r.cpusetMems = config.cpusetMems;
    r.blkioWeight = config.blkioWeight;
    for (const auto& list : kBlockLimits)
        for (const auto& limit : config.*list.from)
            (r.*list.to).push_back(blockLimit(limit, list.option));
    r.pidsLimit = config.pidsLimit;
    return r;
}

exec::Command buildCommand(const ContainerRecord& record, const CommandContext& context) {
    const spec::HostConfig& host = record.hostConfig;
    exec::Command command;
    command.id = record.id;
    command.driver = record.execDriver;
    command.cgroupPath =
        cgroupPath(host.cgroupParent.empty() ? context.cgroupParent : host.cgroupParent, record.id);
    command.rootfs = context.rootfs;
    command.readOnlyRootfs = host.readonlyRootfs;
    command.privileged = host.privileged;
    command.mounts = mountsOf(host, record.mounts, context.nameFiles, context.sharedMemory);
    DeviceAccess devices = devicesOf(host);
    command.devices = std::move(devices.nodes);
    command.resources = resourcesOf(host);
    command.resources.devices = std::move(devices.rules);
    const bool bare = host.privileged || parseSecurityOptions(host.securityOpt).bareSystemPaths;
    command.maskedPaths = host.maskedPaths.value_or(exec::defaultMaskedPaths(bare));
    command.readOnlyPaths = host.readonlyPaths.value_or(exec::defaultReadOnlyPaths(bare));
    for (const auto& [name, value] : host.sysctls)
        command.sysctls[spec::sysctlPath(name)] = value;
    command.pid = namespaceOf(host.pidMode, "PID", "pid", context);
    const bool plainIpc = host.ipcMode == "shareable" || host.ipcMode == "none";
    command.ipc = namespaceOf(plainIpc ? "private" : host.ipcMode, "IPC", "ipc", context);
    command.uts = namespaceOf(host.utsMode, "UTS", "uts", context);
    if (command.uts.mode == exec::NamespaceMode::Private) {
        command.hostname = record.config.hostname;
        command.domainname = record.config.domainname;
    }
    command.process = processOf(record, context.defaultUlimits);
    if (host.init) command.initPath = context.initProgram;
    command.driverOptions = host.lxcConf;
    return command;
}

} // namespace ctrd::engine

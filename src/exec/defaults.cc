#include "exec/defaults.h"

namespace ctrd::exec {

namespace {

std::vector<std::string> withLabel(std::vector<std::string> options, const std::string& label) {
    if (!label.empty()) options.push_back("context=\"" + label + "\"");
    return options;
}

} // namespace

std::vector<kernel::MountSpec> defaultMounts(bool privileged, int64_t shmBytes,
                                             const std::string& label) {
    std::vector<std::string> sysOptions = {"nosuid", "noexec", "nodev"};
    if (!privileged) sysOptions.emplace_back("ro");
    const std::string shmSize = "size=" + std::to_string(shmBytes);
    return {
        {"proc", "proc", "/proc", {"nosuid", "noexec", "nodev"}, ""},
        {"tmpfs", "tmpfs", "/dev",
         withLabel({"nosuid", "strictatime", "mode=755", "size=65536k"}, label), ""},
        {"devpts", "devpts", "/dev/pts",
         withLabel({"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"},
                   label),
         ""},
        {"tmpfs", "shm", "/dev/shm",
         withLabel({"nosuid", "noexec", "nodev", "mode=1777", shmSize}, label), ""},
        {"mqueue", "mqueue", "/dev/mqueue", {"nosuid", "noexec", "nodev"}, ""},
        {"sysfs", "sysfs", "/sys", sysOptions, ""},
    };
}

std::vector<std::string> defaultMaskedPaths(bool privileged) {
    if (privileged) return {};
    return {"/proc/kcore", "/proc/latency_stats", "/proc/timer_stats"};
}

std::vector<std::string> defaultReadOnlyPaths(bool privileged) {
    if (privileged) return {};
    return {"/proc/asound", "/proc/bus", "/proc/fs",
            "/proc/irq",    "/proc/sys", "/proc/sysrq-trigger"};
}

std::vector<DeviceNode> defaultDeviceNodes(bool privileged) {
    std::vector<DeviceNode> nodes;
    for (const auto& device : privileged ? kernel::hostDevices() : kernel::defaultDevices())
        nodes.push_back(deviceNode(device));
    return nodes;
}

DeviceNode deviceNode(const kernel::Device& device, const std::string& path) {
    return {path.empty() ? device.path : path,
            device.type,
            device.major,
            device.minor,
            device.mode,
            device.uid,
            device.gid};
}

} // namespace ctrd::exec

#include "engine/host.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/mount.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <unistd.h>

namespace ctrd::engine {

namespace {

// A limit and the file of the cgroup that keeps it.
struct Probe {
    bool HostLimits::*limit;
    const char *controller, *file;
};

constexpr Probe kProbes[] = {
    {&HostLimits::memory, "memory", "memory.limit_in_bytes"},
    {&HostLimits::swap, "memory", "memory.memsw.limit_in_bytes"},
    {&HostLimits::reservation, "memory", "memory.soft_limit_in_bytes"},
    {&HostLimits::swappiness, "memory", "memory.swappiness"},
    {&HostLimits::oomKillDisable, "memory", "memory.oom_control"},
    {&HostLimits::cpuShares, "cpu", "cpu.shares"},
    {&HostLimits::cpuCfs, "cpu", "cpu.cfs_quota_us"},
    {&HostLimits::cpuset, "cpuset", "cpuset.cpus"},
    {&HostLimits::blkioWeight, "blkio", "blkio.weight"},
    {&HostLimits::blkioWeightDevice, "blkio", "blkio.weight_device"},
    {&HostLimits::blkioRates, "blkio", "blkio.throttle.read_bps_device"},
    {&HostLimits::pids, "pids", "cgroup.procs"}, // pids.max is not in the root group
};

// A controller and where it is mounted.
std::map<std::string, std::string> controllers(const std::string& root) {
    std::map<std::string, std::string> found;
    const std::string mounts = joinPath(root, "proc/mounts");
    if (!exists(mounts)) return found;
    for (const auto& mount : kernel::parseMounts(readFile(mounts)))
        if (mount.type == "cgroup")
            for (const auto& option : mount.options)
                found.emplace(option, joinPath(root, mount.target));
    return found;
}

// The file's one line, or `otherwise` where it is missing or empty.
std::string lineOf(const std::string& path, const std::string& otherwise) {
    if (!exists(path)) return otherwise;
    const std::string line = trim(readFile(path));
    return line.empty() ? otherwise : line;
}

void checkSubset(const std::string& wanted, const std::string& available, const char* key,
                 const char* noun) {
    if (wanted.empty()) return;
    const std::set<int> have = parseCpuList(available, "the host's list");
    const std::set<int> want = parseCpuList(wanted, key);
    if (!std::includes(have.begin(), have.end(), want.begin(), want.end()))
        throw invalidArgument(std::string("Requested ") + noun + " are not available - requested " +
                              wanted + ", available: " + available);
}

// What is asked for, whether the kernel can, what to say and how to forget it.
struct Unsupported {
    bool wanted, supported;
    const char* warning;
    void (*drop)(spec::HostConfig&);
};

std::vector<Unsupported> memoryLimits(const spec::HostConfig& h, const HostLimits& limits) {
    return {
        {h.memory > 0, limits.memory,
         "Your kernel does not support memory limit capabilities or the cgroup is not mounted. "
         "Limitation discarded.",
         [](spec::HostConfig& c) { c.memory = c.memorySwap = 0; }},
        {h.memory > 0 && h.memorySwap != -1 && limits.memory, limits.swap,
         "Your kernel does not support swap limit capabilities or the cgroup is not mounted. "
         "Memory limited without swap.",
         [](spec::HostConfig& c) { c.memorySwap = -1; }},
        {h.memoryReservation > 0, limits.reservation,
         "Your kernel does not support memory soft limit capabilities or the cgroup is not "
         "mounted. Limitation discarded.",
         [](spec::HostConfig& c) { c.memoryReservation = 0; }},
        {h.memorySwappiness.has_value(), limits.swappiness,
         "Your kernel does not support memory swappiness capabilities or the cgroup is not "
         "mounted. Memory swappiness discarded.",
         [](spec::HostConfig& c) { c.memorySwappiness.reset(); }},
        {h.oomKillDisable, limits.oomKillDisable,
         "Your kernel does not support OomKillDisable. OomKillDisable discarded.",
         [](spec::HostConfig& c) { c.oomKillDisable = false; }},
    };
}

constexpr std::vector<spec::DeviceLimit> spec::HostConfig::*kRates[] = {
    &spec::HostConfig::blkioDeviceReadBps,
    &spec::HostConfig::blkioDeviceWriteBps,
    &spec::HostConfig::blkioDeviceReadIOps,
    &spec::HostConfig::blkioDeviceWriteIOps,
};

bool hasRates(const spec::HostConfig& h) {
    return std::any_of(std::begin(kRates), std::end(kRates),
                       [&](auto member) { return !(h.*member).empty(); });
}

std::vector<Unsupported> otherLimits(const spec::HostConfig& h, const HostLimits& limits) {
    return {
        {h.cpuShares > 0, limits.cpuShares,
         "Your kernel does not support CPU shares or the cgroup is not mounted. Shares discarded.",
         [](spec::HostConfig& c) { c.cpuShares = 0; }},
        {h.cpuPeriod != 0 || h.cpuQuota != 0 || h.nanoCpus != 0, limits.cpuCfs,
         "Your kernel does not support CPU CFS scheduler or the cgroup is not mounted. "
         "CPU period and quota discarded.",
         [](spec::HostConfig& c) { c.cpuPeriod = c.cpuQuota = c.nanoCpus = 0; }},
        {!h.cpusetCpus.empty() || !h.cpusetMems.empty(), limits.cpuset,
         "Your kernel does not support cpuset or the cgroup is not mounted. Cpuset discarded.",
         [](spec::HostConfig& c) {
             c.cpusetCpus.clear();
             c.cpusetMems.clear();
         }},
        {h.blkioWeight != 0, limits.blkioWeight,
         "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight "
         "discarded.",
         [](spec::HostConfig& c) { c.blkioWeight = 0; }},
        {!h.blkioWeightDevice.empty(), limits.blkioWeightDevice,
         "Your kernel does not support Block I/O weight-device or the cgroup is not mounted. "
         "Weight-device discarded.",
         [](spec::HostConfig& c) { c.blkioWeightDevice.clear(); }},
        {hasRates(h), limits.blkioRates,
         "Your kernel does not support Block I/O rate limits or the cgroup is not mounted. "
         "Rates discarded.",
         [](spec::HostConfig& c) {
             for (const auto member : kRates)
                 (c.*member).clear();
         }},
        {h.kernelMemory != 0, false,
         "Specifying a kernel memory limit is deprecated, and is ignored.",
         [](spec::HostConfig& c) { c.kernelMemory = 0; }},
        {h.pidsLimit != 0, limits.pids,
         "Your kernel does not support PIDs limit capabilities or the cgroup is not mounted. PIDs "
         "limit discarded.",
         [](spec::HostConfig& c) { c.pidsLimit = 0; }},
    };
}

void applyTable(const std::vector<Unsupported>& table, spec::HostConfig& config,
                std::vector<std::string>& warnings) {
    for (const auto& row : table) {
        if (!row.wanted || row.supported) continue;
        warnings.emplace_back(row.warning);
        row.drop(config);
    }
}

} // namespace

HostLimits probeHostLimits(const std::string& root) {
    HostLimits limits;
    const auto mounted = controllers(root);
    for (const auto& probe : kProbes) {
        const auto at = mounted.find(probe.controller);
        limits.*probe.limit = at != mounted.end() && exists(joinPath(at->second, probe.file));
    }
    limits.cpus = lineOf(joinPath(root, "sys/devices/system/cpu/online"), "0");
    limits.memoryNodes = lineOf(joinPath(root, "sys/devices/system/node/online"), "0");
    if (const auto at = mounted.find("cpuset"); at != mounted.end()) {
        limits.cpus = lineOf(joinPath(at->second, "cpuset.cpus"), limits.cpus);
        limits.memoryNodes = lineOf(joinPath(at->second, "cpuset.mems"), limits.memoryNodes);
    }
    limits.cpuCount = static_cast<int>(parseCpuList(limits.cpus, "the host's processors").size());
    return limits;
}

std::set<int> parseCpuList(const std::string& text, const std::string& what) {
    constexpr int kMost = 8192; // the largest NR_CPUS a kernel is built with
    const Error refusal = invalidArgument("Invalid value " + text + " for " + what +
                                          ": a list such as 0-2,7 is wanted");
    std::set<int> numbers;
    for (const auto& part : split(text, ',')) {
        const auto range = splitOnce(part, '-');
        const auto first = parseInt(trim(range ? range->first : part));
        const auto last = parseInt(trim(range ? range->second : part));
        if (!first || !last || *first < 0 || *last < *first || *last >= kMost) throw refusal;
        for (long long number = *first; number <= *last; ++number)
            numbers.insert(static_cast<int>(number));
    }
    return numbers;
}

void checkCpus(const spec::HostConfig& config, const HostLimits& limits) {
    checkSubset(config.cpusetCpus, limits.cpus, "cpuset cpus", "CPUs");
    checkSubset(config.cpusetMems, limits.memoryNodes, "cpuset mems", "memory nodes");
    constexpr int64_t kBillion = 1000000000;
    if (config.nanoCpus > limits.cpuCount * kBillion) {
        const std::string count = std::to_string(limits.cpuCount);
        throw invalidArgument("Range of CPUs is from 0.01 to " + count + ".00, as there are only " +
                              count + " CPUs available");
    }
}

void checkSources(const spec::HostConfig& config) {
    // Without SELinux there is nothing to label, and the wish is granted.
    const bool labelled = exists("/sys/fs/selinux/enforce") || exists("/selinux/enforce");
    for (const auto& text : config.binds) {
        const spec::Bind bind = spec::parseBind(text);
        if (bind.isVolume()) continue;
        if (labelled && bind.mode.find_first_of("zZ") != std::string::npos)
            throw notSupported("labelling a bind ('" + text +
                               "') is not built yet: label the directory with chcon, leave z out");
        if (::access(bind.source.c_str(), F_OK) != 0)
            throw invalidArgument("invalid bind '" + text +
                                  "': bind source path does not exist: " + bind.source);
    }
    for (const auto& mount : config.mounts)
        if (mount.type == "bind" && !mount.createSource && !exists(mount.source))
            throw invalidArgument(
                "invalid mount config for type \"bind\": bind source path does not exist: " +
                mount.source);
    for (const auto& device : config.devices)
        if (::access(device.pathOnHost.c_str(), F_OK) != 0)
            throw invalidArgument(
                "error gathering device information while adding custom device "
                "\"" +
                device.pathOnHost + "\": no such file or directory");
}

std::vector<std::string> dropUnsupported(spec::HostConfig& config, const HostLimits& limits) {
    std::vector<std::string> warnings;
    applyTable(memoryLimits(config, limits), config, warnings);
    applyTable(otherLimits(config, limits), config, warnings);
    if (config.oomKillDisable && config.memory == 0)
        warnings.emplace_back(
            "OOM killer is disabled for the container, but no memory limit is set, this can "
            "result in the system running out of resources.");
    return warnings;
}

std::vector<std::string> limitWarnings(const HostLimits& limits) {
    const std::pair<bool, const char*> table[] = {
        {limits.memory, "WARNING: No memory limit support"},
        {limits.swap, "WARNING: No swap limit support"},
        {limits.oomKillDisable, "WARNING: No oom kill disable support"},
        {limits.cpuCfs, "WARNING: No cpu cfs quota support"},
        {limits.cpuShares, "WARNING: No cpu shares support"},
        {limits.cpuset, "WARNING: No cpuset support"},
        {limits.blkioWeight, "WARNING: No blkio weight support"},
    };
    std::vector<std::string> warnings;
    for (const auto& [supported, warning] : table)
        if (!supported) warnings.emplace_back(warning);
    return warnings;
}

uint64_t systemCpuNanoseconds(const std::string& root) {
    const std::string stat = readFile(joinPath(root, "proc/stat"));
    const auto words = splitWords(stat.substr(0, stat.find('\n')));
    if (words.size() < 2 || words[0] != "cpu")
        throw internalError("proc/stat does not begin with the sum of all processors");
    uint64_t ticks = 0;
    for (size_t i = 1; i < std::min<size_t>(words.size(), 9); ++i)
        ticks += static_cast<uint64_t>(parseInt(words[i]).value_or(0));
    const auto ticksPerSecond = static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
    return ticks * (1000000000 / ticksPerSecond);
}

} // namespace ctrd::engine

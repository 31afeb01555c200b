#include "base/error.h"
#include "base/strings.h"
#include "spec/validate_host.h"

#include <algorithm>
#include <iterator>

namespace ctrd::spec {

namespace {

constexpr const char* kContainer = "container:";

// A kind of namespace and what may be chosen for it.
struct Mode {
    const char *key, *name;
    std::string HostConfig::*member;
    std::vector<const char*> words;
    bool joins; // another container's
};

const Mode kModes[] = {
    {"IpcMode", "IPC", &HostConfig::ipcMode, {"private", "shareable", "none", "host"}, true},
    {"PidMode", "PID", &HostConfig::pidMode, {"private", "host"}, true},
    {"UTSMode", "UTS", &HostConfig::utsMode, {"private", "host"}, false},
    {"CgroupnsMode", "cgroup namespace", &HostConfig::cgroupnsMode, {"private", "host"}, false},
    {"UsernsMode", "user namespace", &HostConfig::usernsMode, {"host"}, false},
};

void checkMode(const Mode& mode, const HostConfig& h) {
    const std::string& value = h.*mode.member;
    if (value.empty()) return;
    if (mode.joins && startsWith(value, kContainer) && value != kContainer) return;
    std::vector<std::string> words(mode.words.begin(), mode.words.end());
    if (std::find(words.begin(), words.end(), value) != words.end()) return;
    if (mode.joins) words.emplace_back("container:NAME");
    throw invalidArgument(std::string("invalid ") + mode.name + " mode: '" + value + "' (" +
                          mode.key + "): " + join(words, ", ") + " is wanted");
}

void checkModes(const HostConfig& h) {
    for (const auto& mode : kModes)
        checkMode(mode, h);
    if (h.cgroupnsMode == "private")
        throw notSupported(
            "a private cgroup namespace is not built: cgroup version 1 has none on old kernels; "
            "containers see the host's (CgroupnsMode=host)");
}

// What belongs to a namespace rather than to the machine, and which one.
enum class Owner { Network, Ipc, Uts };
struct Sysctl {
    const char* path;
    bool prefix;
    Owner owner;
};
constexpr Sysctl kSysctls[] = {
    {"net/", true, Owner::Network},           {"fs/mqueue/", true, Owner::Ipc},
    {"kernel/msgmax", false, Owner::Ipc},     {"kernel/msgmnb", false, Owner::Ipc},
    {"kernel/msgmni", false, Owner::Ipc},     {"kernel/sem", false, Owner::Ipc},
    {"kernel/shmall", false, Owner::Ipc},     {"kernel/shmmax", false, Owner::Ipc},
    {"kernel/shmmni", false, Owner::Ipc},     {"kernel/shm_rmid_forced", false, Owner::Ipc},
    {"kernel/domainname", false, Owner::Uts},
};

const Sysctl& namespacedSysctl(const std::string& name, const std::string& path) {
    for (const auto& sysctl : kSysctls)
        if (sysctl.prefix ? startsWith(path, sysctl.path) : path == sysctl.path) return sysctl;
    throw invalidArgument("sysctl '" + name +
                          "' is not namespaced and would change the host: kernel.msg*, "
                          "kernel.sem, kernel.shm*, kernel.domainname, fs.mqueue.* and net.* can "
                          "be set for a container");
}

void checkSysctl(const std::string& name, const HostConfig& h) {
    const std::pair<const char*, const std::string&> spaces[] = {
        {"network", h.networkMode}, {"IPC", h.ipcMode}, {"UTS", h.utsMode}};
    const auto owner = static_cast<size_t>(namespacedSysctl(name, sysctlPath(name)).owner);
    if (spaces[owner].second == "host")
        throw invalidArgument("sysctl '" + name + "' is not allowed in the host's " +
                              spaces[owner].first + " namespace");
}

// "TYPE MAJOR:MINOR ACCESS", as the kernel's devices.allow has it.
bool isDeviceRule(const std::string& text) {
    const auto words = split(text, ' ');
    if (words.size() != 3) return false;
    const auto numbers = splitOnce(words[1], ':');
    const auto isNumber = [](const std::string& number) {
        const auto value = parseInt(number);
        return number == "*" || (value && *value >= 0 && *value <= UINT32_MAX);
    };
    const std::string& access = words[2];
    return (words[0] == "a" || words[0] == "b" || words[0] == "c") && numbers &&
           isNumber(numbers->first) && isNumber(numbers->second) && !access.empty() &&
           access.size() <= 3 && access.find_first_not_of("rwm") == std::string::npos;
}

} // namespace

std::string sysctlPath(const std::string& name) {
    std::string path = name;
    const size_t first = path.find_first_of("./");
    if (first != std::string::npos && path[first] == '.')
        std::transform(path.begin(), path.end(), path.begin(), [](char c) {
            return c == '.' ? '/' : c == '/' ? '.' : c;
        });
    for (const auto& part : split(path, '/'))
        if (part.empty() || part == "." || part == "..")
            throw invalidArgument("invalid sysctl '" + name +
                                  "': a name such as net.ipv4.ip_forward is wanted");
    return path;
}

void validateSysctls(const HostConfig& h) {
    for (const auto& entry : h.sysctls)
        checkSysctl(entry.first, h);
}

void validateIsolation(const HostConfig& h) {
    checkModes(h);
    validateSysctls(h);
    for (const auto& rule : h.deviceCgroupRules)
        if (!isDeviceRule(rule))
            throw invalidArgument("invalid device cgroup rule format: '" + rule +
                                  "': 'c 1:3 rwm' or 'b 7:* r' is wanted");
}

} // namespace ctrd::spec

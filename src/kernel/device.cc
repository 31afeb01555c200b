#include "kernel/device.h"

#include "base/error.h"
#include "base/path.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace ctrd::kernel {

namespace {

constexpr const char* kOwnOfContainers[] = {"pts", "shm", "fd", "mqueue", "console", ".udev"};

std::optional<Device> deviceFrom(const std::string& path, const struct stat& status) {
    if (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode)) return std::nullopt;
    Device device;
    device.path = path;
    device.type = S_ISBLK(status.st_mode) ? 'b' : 'c';
    device.major = major(status.st_rdev);
    device.minor = minor(status.st_rdev);
    device.mode = status.st_mode & 07777;
    device.uid = status.st_uid;
    device.gid = status.st_gid;
    return device;
}

void collect(const std::string& directory, std::vector<Device>& devices) {
    for (const auto& name : listDir(directory)) {
        const bool own = std::any_of(std::begin(kOwnOfContainers), std::end(kOwnOfContainers),
                                     [&](const char* n) { return name == n; });
        if (own) continue;
        const std::string path = joinPath(directory, name);
        struct stat status {};
        if (lstat(path.c_str(), &status) < 0) continue; // gone meanwhile
        if (S_ISDIR(status.st_mode))
            collect(path, devices);
        else if (auto device = deviceFrom(path, status))
            devices.push_back(std::move(*device));
    }
}

DeviceRule characterRule(int64_t major, int64_t minor, const char* access = "rwm") {
    return {'c', major, minor, access, true};
}

} // namespace

const std::vector<Device>& defaultDevices() {
    static const std::vector<Device> kDevices = {
        {"/dev/null", 'c', 1, 3},    {"/dev/zero", 'c', 1, 5},    {"/dev/full", 'c', 1, 7},
        {"/dev/tty", 'c', 5, 0},     {"/dev/urandom", 'c', 1, 9}, {"/dev/random", 'c', 1, 8},
        {"/dev/fuse", 'c', 10, 229},
    };
    return kDevices;
}

const std::vector<DeviceRule>& defaultDeviceRules() {
    static const std::vector<DeviceRule> kRules = {
        {'a', -1, -1, "rwm", false}, characterRule(-1, -1, "m"),
        {'b', -1, -1, "m", true},    characterRule(5, 1), // console
        characterRule(4, 0),                              // tty0
        characterRule(4, 1),                              // tty1
        characterRule(136, -1),                           // pts/*
        characterRule(5, 2),                              // ptmx
        characterRule(10, 200),                           // net/tun
        characterRule(1, 3),                              // null
        characterRule(1, 5),                              // zero
        characterRule(1, 7),                              // full
        characterRule(5, 0),                              // tty
        characterRule(1, 9),                              // urandom
        characterRule(1, 8),                              // random
    };
    return kRules;
}

std::vector<DeviceRule> allDeviceRules() {
    return {DeviceRule{}};
}

std::vector<Device> hostDevices(const std::string& directory) {
    std::vector<Device> devices;
    collect(directory, devices);
    return devices;
}

std::vector<Device> devicesAt(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) < 0)
        throw notFound("cannot find device '" + path + "' on the host");
    std::vector<Device> devices;
    if (S_ISDIR(status.st_mode))
        collect(path, devices);
    else if (auto device = deviceFrom(path, status))
        devices.push_back(std::move(*device));
    if (devices.empty()) throw invalidArgument("'" + path + "' is not a device node");
    return devices;
}

DeviceRule ruleFor(const Device& device, const std::string& access) {
    return {device.type, device.major, device.minor, access, true};
}

} // namespace ctrd::kernel

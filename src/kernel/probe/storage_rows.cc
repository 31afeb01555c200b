#include "base/path.h"
#include "base/strings.h"
#include "kernel/probe/rows.h"

#include <algorithm>
#include <iterator>

namespace ctrd::kernel::probe {

namespace {

// A module that could be loaded: a line "kernel/fs/overlayfs/overlay.ko: …" of modules.dep.
bool hasModule(const Host& host, const std::string& name) {
    const std::string list = host.text("/lib/modules/" + host.facts.release + "/modules.dep");
    return list.find("/" + name + ".ko") != std::string::npos;
}

bool hasDeviceMapper(const Host& host) {
    const auto devices = splitWords(host.text("/proc/devices") + "\n" + host.text("/proc/misc"));
    return std::find(devices.begin(), devices.end(), "device-mapper") != devices.end();
}

const char* presence(const Host& host, bool there, const char* module) {
    if (there) return "yes";
    return hasModule(host, module) ? "not loaded" : "no";
}

std::optional<Verdict> overlay(const Host& host) {
    const bool there = host.hasFileSystem("overlay") || host.hasFileSystem("overlayfs");
    const std::string found = presence(host, there, "overlay");
    if (there) return fine(found);
    return fallback(
        found, "ctrd takes another storage driver; vfs, which copies whole trees, always works",
        found == "no" ? "" : "modprobe overlay");
}

std::optional<Verdict> aufs(const Host& host) {
    return fine(presence(host, host.hasFileSystem("aufs"), "aufs"));
}

std::optional<Verdict> btrfs(const Host& host) {
    return fine(presence(host, host.hasFileSystem("btrfs"), "btrfs"));
}

std::optional<Verdict> deviceMapper(const Host& host) {
    return fine(presence(host, hasDeviceMapper(host), "dm-mod"));
}

std::optional<Verdict> loops(const Host& host) {
    const auto names = listDir(host.path("/dev"));
    const auto count = std::count_if(names.begin(), names.end(), [](const std::string& name) {
        return startsWith(name, "loop") && parseInt(name.substr(4)).has_value();
    });
    if (host.has("/dev/loop-control")) return fine("made on demand by /dev/loop-control");
    const std::string found = std::to_string(count) + ", and no /dev/loop-control";
    if (count > 0)
        return fallback(found, "there are no more than these, for all programs of the host",
                        "options loop max_loop=64 in /etc/modprobe.d/loop.conf");
    return fallback(found, "devicemapper needs block devices of its own", "modprobe loop");
}

constexpr Row kRows[] = {
    {"overlay", overlay},    {"aufs", aufs}, {"btrfs", btrfs}, {"device mapper", deviceMapper},
    {"loop devices", loops},
};

} // namespace

Area storageArea() {
    return {"Storage", kRows, std::size(kRows)};
}

} // namespace ctrd::kernel::probe

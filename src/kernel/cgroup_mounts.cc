#include "kernel/cgroup_mounts.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/cgroup/subsystem.h"
#include "kernel/mount.h"

#include <algorithm>
#include <set>

namespace ctrd::kernel {

namespace {

// The names whose fourth column, "enabled", is not 0.
std::set<std::string> builtControllers(const std::string& procCgroups) {
    std::set<std::string> names;
    for (const auto& line : split(procCgroups, '\n')) {
        const auto words = splitWords(line);
        if (words.size() >= 4 && words[0][0] != '#' && words[3] != "0") names.insert(words[0]);
    }
    return names;
}

std::set<std::string> mountedOptions(const std::string& procMounts) {
    std::set<std::string> options;
    for (const auto& mount : parseMounts(procMounts))
        if (mount.type == "cgroup") options.insert(mount.options.begin(), mount.options.end());
    return options;
}

} // namespace

std::map<std::string, std::string> cgroupMountPoints(const std::string& procMounts) {
    std::map<std::string, std::string> places;
    for (const auto& mount : parseMounts(procMounts)) {
        if (mount.type != "cgroup") continue;
        for (const auto* subsystem : cgroupSubsystems())
            if (std::count(mount.options.begin(), mount.options.end(), subsystem->name()) > 0)
                places.emplace(subsystem->name(), mount.target);
    }
    return places;
}

Error noCgroups() {
    return notSupported(
        "no cgroup hierarchy of version 1 is mounted: start the cgconfig service, or "
        "mount at least the controller 'devices': mount -t cgroup -o devices "
        "devices /cgroup/devices");
}

std::vector<std::string> controllersToMount(const std::string& procMounts,
                                            const std::string& procCgroups) {
    const auto built = builtControllers(procCgroups);
    const auto mounted = mountedOptions(procMounts);
    const auto& all = cgroupSubsystems();
    const bool none = std::none_of(all.begin(), all.end(), [&](const CgroupSubsystem* subsystem) {
        return mounted.count(subsystem->name()) > 0;
    });
    std::vector<std::string> missing;
    for (const auto* subsystem : all) {
        const std::string name = subsystem->name();
        const bool wanted = none || subsystem == &devicesSubsystem();
        if (wanted && built.count(name) > 0 && mounted.count(name) == 0) missing.push_back(name);
    }
    return missing;
}

void mountMissingControllers() {
    if (!exists("/proc/cgroups")) return;
    for (const auto& name :
         controllersToMount(readFile("/proc/mounts"), readFile("/proc/cgroups"))) {
        const std::string place = joinPath(kCgroupPlace, name);
        try {
            makeDirs(place);
            mountAt({"cgroup", name, "", {name}, ""}, place);
            log::warn("nobody had mounted the cgroup controller '" + name + "': it is at '" +
                      place + "' now");
        } catch (const Error& e) {
            log::warn(e.what());
        }
    }
}

} // namespace ctrd::kernel

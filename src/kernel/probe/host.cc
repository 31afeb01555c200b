#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/probe/rows.h"

#include <algorithm>

namespace ctrd::kernel {

namespace probe {

namespace {

bool holds(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

} // namespace

Host::Host(const KernelFacts& kernelFacts, std::string root, time_t time)
    : facts(kernelFacts),
      now(time),
      root_(std::move(root)),
      mounts_(parseMounts(text("/proc/mounts"))) {
    std::copy_if(mounts_.begin(), mounts_.end(), std::back_inserter(hierarchies_),
                 [](const MountEntry& mount) { return mount.type == "cgroup"; });
}

std::string Host::path(const std::string& absolute) const {
    return joinPath(root_, absolute);
}

bool Host::has(const std::string& absolute) const {
    return exists(path(absolute));
}

std::string Host::text(const std::string& absolute) const {
    try {
        return trim(readFile(path(absolute)));
    } catch (const SystemError&) {
        return "";
    }
}

std::string Host::mountPoint(const std::string& controller) const {
    for (const auto& mount : hierarchies_)
        if (holds(mount.options, controller)) return mount.target;
    return "";
}

std::vector<std::string> Host::mountedWith(const std::string& controller) const {
    std::vector<std::string> others;
    for (const auto& line : split(text("/proc/cgroups"), '\n')) {
        const std::string name = line.substr(0, line.find('\t'));
        const std::string place = name == controller ? "" : mountPoint(name);
        if (!place.empty() && place == mountPoint(controller)) others.push_back(name);
    }
    return others;
}

bool Host::hasFileSystem(const std::string& name) const {
    return holds(splitWords(text("/proc/filesystems")), name);
}

} // namespace probe

std::vector<Finding> probeHost(const KernelFacts& facts, const std::string& root, time_t now) {
    const probe::Host host(facts, root, now);
    std::vector<Finding> findings;
    for (const auto& area : {probe::kernelArea(), probe::cgroupArea(), probe::networkArea(),
                             probe::storageArea(), probe::securityArea(), probe::libraryArea()}) {
        for (size_t i = 0; i < area.count; ++i) {
            const auto verdict = area.rows[i].judge(host);
            if (!verdict) continue;
            findings.push_back({area.name, area.rows[i].feature, verdict->severity, verdict->found,
                                verdict->effect, verdict->mend});
        }
    }
    return findings;
}

} // namespace ctrd::kernel

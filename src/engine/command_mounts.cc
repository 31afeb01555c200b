#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"
#include "engine/command_builder.h"
#include "exec/defaults.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

namespace ctrd::engine {

namespace {

constexpr const char* kNameFiles[] = {"resolv.conf", "hostname", "hosts"};
constexpr std::array kPropagations = {"shared", "rshared",  "slave",
                                      "rslave", "rprivate", "private"};

constexpr std::array kTmpfsKeys = {"size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"};

// What is no flag goes to the file system, which would refuse it only at the start.
void checkTmpfsOptions(const std::string& target, const std::vector<std::string>& options) {
    for (const auto& option : split(kernel::parseMountOptions(options).data, ',')) {
        const std::string key = option.substr(0, option.find('='));
        if (!option.empty() &&
            std::find(kTmpfsKeys.begin(), kTmpfsKeys.end(), key) == kTmpfsKeys.end())
            throw invalidArgument("invalid tmpfs option '" + option + "' of '" + target + "'");
    }
}

kernel::MountSpec tmpfsMount(const std::string& target, const std::string& options) {
    if (target.empty() || target[0] != '/' || cleanPath(target) == "/")
        throw invalidArgument("invalid tmpfs '" + target +
                              "': the path must be absolute and not '/'");
    kernel::MountSpec mount;
    mount.type = mount.source = "tmpfs";
    mount.target = cleanPath(target);
    mount.options = {"nosuid", "nodev", "noexec"};
    for (const auto& option : split(options, ','))
        if (!option.empty()) mount.options.push_back(option);
    checkTmpfsOptions(target, mount.options);
    return mount;
}

std::vector<kernel::MountSpec> userMounts(const spec::HostConfig& config,
                                          const std::vector<MountPoint>& points) {
    std::vector<kernel::MountSpec> mounts;
    for (const auto& [target, options] : config.tmpfs)
        mounts.push_back(tmpfsMount(target, options));
    for (const auto& point : points)
        mounts.push_back(point.mount);
    return mounts;
}

// A user's mount on the same place hides ours, and one on /dev all of ours below it.
bool isReplaced(const kernel::MountSpec& ours, const std::vector<kernel::MountSpec>& users) {
    return std::any_of(users.begin(), users.end(), [&](const auto& mount) {
        return mount.target == ours.target ||
               (mount.target == "/dev" && startsWith(ours.target, "/dev/"));
    });
}

// Message queues come with the namespace: a fresh mount of them shows those of the owner.
void shareIpcMounts(const std::string& ipcMode, const std::string& sharedMemory,
                    std::vector<kernel::MountSpec>& mounts) {
    for (auto& mount : mounts)
        if (mount.target == "/dev/shm" && !sharedMemory.empty())
            mount = {"bind", sharedMemory, mount.target, {"rbind", "rprivate"}, ""};
    if (ipcMode == "none")
        mounts.erase(std::remove_if(mounts.begin(), mounts.end(),
                                    [](const auto& m) { return m.target == "/dev/shm"; }),
                     mounts.end());
}

long depth(const kernel::MountSpec& mount) {
    return std::count(mount.target.begin(), mount.target.end(), '/');
}

} // namespace

kernel::MountSpec mountOf(const spec::Mount& wanted) {
    kernel::MountSpec mount;
    mount.target = cleanPath(wanted.target);
    if (wanted.type == "bind") {
        mount.type = "bind";
        mount.source = wanted.source;
        mount.options = {wanted.nonRecursive ? "bind" : "rbind",
                         wanted.propagation.empty() ? "rprivate" : wanted.propagation};
    } else {
        char mode[16];
        std::snprintf(mode, sizeof mode, "mode=%o", wanted.tmpfsMode);
        mount.type = mount.source = "tmpfs";
        mount.options = {"nosuid", "nodev", "noexec", mode};
        if (wanted.tmpfsSize != 0)
            mount.options.push_back("size=" + std::to_string(wanted.tmpfsSize));
    }
    if (wanted.readOnly) mount.options.emplace_back("ro");
    return mount;
}

kernel::MountSpec bindMount(const spec::Bind& bind) {
    kernel::MountSpec mount;
    mount.type = "bind";
    mount.source = bind.source;
    mount.target = bind.destination;
    mount.options = {"rbind"};
    if (bind.readOnly) mount.options.emplace_back("ro");
    std::string propagation = "rprivate";
    for (const auto& word : split(bind.mode, ','))
        if (std::find(kPropagations.begin(), kPropagations.end(), word) != kPropagations.end())
            propagation = word;
    mount.options.push_back(propagation);
    return mount;
}

std::vector<kernel::MountSpec> mountsOf(const spec::HostConfig& config,
                                        const std::vector<MountPoint>& points,
                                        const std::string& nameFiles,
                                        const std::string& sharedMemory) {
    const std::vector<kernel::MountSpec> users = userMounts(config, points);
    std::vector<kernel::MountSpec> mounts;
    for (auto& mount : exec::defaultMounts(config.privileged, config.shmSize))
        if (!isReplaced(mount, users)) mounts.push_back(std::move(mount));
    shareIpcMounts(config.ipcMode, sharedMemory, mounts);
    const auto firstOfTheirs = mounts.size();
    for (const char* name : kNameFiles) {
        const kernel::MountSpec mount = {
            "bind", joinPath(nameFiles, name), joinPath("/etc", name), {"bind", "rprivate"}, ""};
        if (!isReplaced(mount, users)) mounts.push_back(mount);
    }
    mounts.insert(mounts.end(), users.begin(), users.end());
    std::stable_sort(mounts.begin() + static_cast<long>(firstOfTheirs), mounts.end(),
                     [](const auto& a, const auto& b) { return depth(a) < depth(b); });
    return mounts;
}

} // namespace ctrd::engine

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "kernel/cgroup.h"
#include "kernel/cgroup_mounts.h"

#include <cerrno>
#include <map>

#include <unistd.h>

namespace ctrd::kernel {

namespace {

// A group is a directory whose files cannot and need not be removed.
void removeGroup(const std::string& directory) {
    if (rmdir(directory.c_str()) == 0 || errno == ENOENT) return;
    for (const auto& name : listDir(directory)) {
        const std::string below = joinPath(directory, name);
        if (isDirectory(below)) removeGroup(below);
    }
    if (rmdir(directory.c_str()) < 0 && errno != ENOENT)
        throw SystemError("remove cgroup '" + directory + "'");
}

class CgroupDirectories : public CgroupTree {
public:
    CgroupDirectories() : mountPoints_(cgroupMountPoints(readFile("/proc/self/mounts"))) {
        if (mountPoints_.empty()) throw noCgroups();
    }

    std::string mountPoint(const std::string& controller) const override {
        const auto found = mountPoints_.find(controller);
        return found == mountPoints_.end() ? "" : found->second;
    }

    void create(const std::string& path, const std::vector<std::string>& controllers) override {
        for (const auto& controller : controllers)
            makeDirs(placeOf(path, controller));
    }

    void remove(const std::string& path, const std::vector<std::string>& controllers) override {
        for (const auto& controller : controllers)
            removeGroup(placeOf(path, controller));
    }

private:
    std::string placeOf(const std::string& path, const std::string& controller) const {
        const std::string root = mountPoint(controller);
        if (root.empty())
            throw internalError("the cgroup controller '" + controller + "' is not mounted");
        return joinPath(root, path);
    }

    std::map<std::string, std::string> mountPoints_;
};

} // namespace

std::unique_ptr<CgroupTree> openCgroupDirectories() {
    return std::make_unique<CgroupDirectories>();
}

} // namespace ctrd::kernel

#include "base/path.h"
#include "base/strings.h"
#include "kernel/cgroup/files.h"
#include "kernel/cgroup/subsystem.h"

namespace ctrd::kernel {

namespace {

std::string readSet(const std::string& directory, const char* file) {
    return trim(readIfThere(joinPath(directory, file)).value_or(""));
}

void inherit(const std::string& parent, const std::string& directory, const char* file) {
    if (!readSet(directory, file).empty()) return;
    const std::string inherited = readSet(parent, file);
    if (!inherited.empty()) writeLimit(directory, file, inherited);
}

class Cpuset : public CgroupSubsystem {
public:
    const char* name() const override { return "cpuset"; }

    bool concerns(const Resources& r) const override {
        return !r.cpusetCpus.empty() || !r.cpusetMems.empty();
    }

    // A new group has neither processors nor memory nodes, and the kernel lets no task into such a
    // one (ENOSPC), so both are copied from group to group down the tree.
    void prepare(const std::string& mountPoint, const std::string& directory) const override {
        if (directory.size() <= mountPoint.size()) return;
        const std::string parent = dirName(directory);
        prepare(mountPoint, parent);
        inherit(parent, directory, "cpuset.cpus");
        inherit(parent, directory, "cpuset.mems");
    }

    void set(const std::string& directory, const Resources& resources) const override {
        if (!resources.cpusetCpus.empty())
            writeLimit(directory, "cpuset.cpus", resources.cpusetCpus);
        if (!resources.cpusetMems.empty())
            writeLimit(directory, "cpuset.mems", resources.cpusetMems);
    }
};

} // namespace

const CgroupSubsystem& cpusetSubsystem() {
    static const Cpuset kCpuset;
    return kCpuset;
}

} // namespace ctrd::kernel

#include "base/error.h"
#include "kernel/cgroup.h"
#include "kernel/cgroup_mounts.h"

#include <map>

#include <libcgroup.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#ifndef CGROUP_SUPER_MAGIC
#define CGROUP_SUPER_MAGIC 0x27e0eb
#endif

namespace ctrd::kernel {

namespace {

// libcgroup lists controllers of the unified hierarchy too.
bool isVersion1(const char* mountPoint) {
    struct statfs status {};
    return statfs(mountPoint, &status) == 0 && status.f_type == CGROUP_SUPER_MAGIC;
}

class LibcgroupTree : public CgroupTree {
public:
    LibcgroupTree() {
        const int failed = cgroup_init();
        if (failed == ECGROUPNOTMOUNTED) throw noCgroups();
        check(failed, "initialise libcgroup");
        void* handle = nullptr;
        cgroup_mount_point entry{};
        int found = cgroup_get_controller_begin(&handle, &entry);
        for (; found == 0; found = cgroup_get_controller_next(&handle, &entry))
            if (isVersion1(entry.path)) mountPoints_[entry.name] = entry.path;
        cgroup_get_controller_end(&handle);
        if (mountPoints_.empty()) throw noCgroups();
    }

    std::string mountPoint(const std::string& controller) const override {
        const auto found = mountPoints_.find(controller);
        return found == mountPoints_.end() ? "" : found->second;
    }

    void create(const std::string& path, const std::vector<std::string>& controllers) override {
        const Group group = makeGroup(path, controllers);
        check(cgroup_create_cgroup(group.get(), 1), "create cgroup '" + path + "'");
    }

    void remove(const std::string& path, const std::vector<std::string>& controllers) override {
        const Group group = makeGroup(path, controllers);
        // The recursive way looks at every file of every hierarchy, a millisecond for nothing where
        // no group is below.
        int failed = cgroup_delete_cgroup_ext(group.get(), CGFLAG_DELETE_EMPTY_ONLY);
        if (failed != 0)
            failed = cgroup_delete_cgroup_ext(
                group.get(), CGFLAG_DELETE_RECURSIVE | CGFLAG_DELETE_IGNORE_MIGRATION);
        if (failed != ECGROUPNOTEXIST) check(failed, "remove cgroup '" + path + "'");
    }

private:
    struct Free {
        void operator()(cgroup* group) const { cgroup_free(&group); }
    };
    using Group = std::unique_ptr<cgroup, Free>;

    static void check(int failed, const std::string& doing) {
        if (failed == 0) return;
        if (failed == ECGOTHER) throw SystemError(doing, cgroup_get_last_errno());
        throw internalError("cannot " + doing + ": " + cgroup_strerror(failed));
    }

    static Group makeGroup(const std::string& path, const std::vector<std::string>& controllers) {
        const size_t start = path.find_first_not_of('/'); // libcgroup's names are relative
        Group group(cgroup_new_cgroup(start == std::string::npos ? "" : path.c_str() + start));
        bool complete = group != nullptr;
        for (const auto& controller : controllers)
            complete =
                complete && cgroup_add_controller(group.get(), controller.c_str()) != nullptr;
        if (!complete) throw internalError("cannot describe cgroup '" + path + "' to libcgroup");
        return group;
    }

    std::map<std::string, std::string> mountPoints_;
};

} // namespace

std::unique_ptr<CgroupTree> openCgroupTree() {
    return std::make_unique<LibcgroupTree>();
}

} // namespace ctrd::kernel

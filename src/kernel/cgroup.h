#pragma once

#include "base/fd.h"
#include "kernel/resources.h"

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

// Control groups, version 1.  A monitor makes and removes its container's as the directories they
// are; ctrd removes what a killed monitor leaves through libcgroup.  Values are plain files (the
// kernel's Documentation/cgroup-v1 names them), which is several times faster than the library.
namespace ctrd::kernel {

// The mounted v1 hierarchies of a host, and how a group is made in them.  Not thread safe.
class CgroupTree {
public:
    virtual ~CgroupTree() = default;

    // Where a controller is mounted: "/sys/fs/cgroup/memory"; "" where it is not.  Controllers
    // mounted together share one path.
    virtual std::string mountPoint(const std::string& controller) const = 0;

    // Makes and removes the group `path` ("/ctrd/ID"), with its parents or the groups below it, in
    // the hierarchies of these controllers.  One that exists, or is gone, is no error.  Throws.
    virtual void create(const std::string& path, const std::vector<std::string>& controllers) = 0;
    virtual void remove(const std::string& path, const std::vector<std::string>& controllers) = 0;
};

// This host's, through libcgroup; may be opened several times.  Throws NotSupported where no v1
// hierarchy is mounted.
std::unique_ptr<CgroupTree> openCgroupTree();
// The same without the library, for the many processes of monitors: libcgroup clears tables of 800
// KiB in each that calls it, several times what a monitor weighs else.
std::unique_ptr<CgroupTree> openCgroupDirectories();

// One group: a directory in every hierarchy of the controllers in kernel/cgroup/subsystem.h.
// Creating the object touches nothing.
class Cgroup {
public:
    // `tree` outlives this.  Throws InvalidArgument unless `path` is absolute, clean and below the
    // root, where everything else runs.
    Cgroup(CgroupTree& tree, std::string path);

    const std::string& path() const { return path_; }
    // "/sys/fs/cgroup/memory/ctrd/ID"; "" where the controller is not mounted.
    std::string directory(const std::string& controller) const;
    // In at least one hierarchy.
    bool exists() const;

    // Makes the group, readies it for tasks (a cpuset without processors takes none) and sets the
    // limits.  Only `devices` must be mounted; a limit whose controller or file this kernel lacks
    // is logged as a warning.  Throws; the caller removes what is there then.
    void create(const Resources& resources);
    // Sets the limits that are not zero.  Throws InvalidArgument for a value the kernel refuses,
    // Conflict for one below what is in use.
    void set(const Resources& resources) const;

    // The group's directory in every hierarchy, each once; for enterCgroup().
    std::vector<std::string> directories() const;

    // Every process in the group and the groups below it, as the caller's pid namespace numbers
    // them; empty where the group is not there.
    std::vector<pid_t> pids() const;
    void signalAll(int signal) const;

    // Freezes all and returns when they are; gives up (thawing again) after ten seconds.  Throws
    // NotSupported without the freezer.
    void freeze() const;
    void thaw() const;
    // Frozen or about to be.
    bool isFrozen() const;

    // Fills what the controllers know; what they do not have stays zero.
    void stats(Stats& stats) const;

    // Kills every process, frozen or not, waits until the kernel has let go of them and removes the
    // group.  Throws Unavailable where it is still in use after ten seconds.
    void destroy() const;

private:
    void killAll() const;

    CgroupTree& tree_;
    std::string path_;
};

// Moves the calling process, which must have one thread, into the group of Cgroup::directories().
void enterCgroup(const std::vector<std::string>& directories);
// The same in two steps: what openCgroup() opened moves a process that sees no hierarchy any more.
std::vector<Fd> openCgroup(const std::vector<std::string>& directories);
void enterCgroup(const std::vector<Fd>& opened);

} // namespace ctrd::kernel

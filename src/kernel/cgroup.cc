#include "kernel/cgroup.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/cgroup/files.h"
#include "kernel/cgroup/freezer.h"
#include "kernel/cgroup/subsystem.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::kernel {

namespace {

constexpr int kPollMicroseconds = 500;
constexpr int kPolls = 20000; // ten seconds

// One controller of each mounted hierarchy: those mounted together share the group.
std::vector<std::string> leadingControllers(const CgroupTree& tree) {
    std::vector<std::string> names, seen;
    for (const auto* subsystem : cgroupSubsystems()) {
        const std::string mountPoint = tree.mountPoint(subsystem->name());
        if (mountPoint.empty() || std::find(seen.begin(), seen.end(), mountPoint) != seen.end())
            continue;
        seen.push_back(mountPoint);
        names.emplace_back(subsystem->name());
    }
    return names;
}

// A thread that writes its own "0" into `tasks` need not wait for the lock on all other processes
// that any other way takes (milliseconds).
Fd openDoor(const std::string& directory) {
    const std::string tasks = joinPath(directory, "tasks");
    return openFile(ctrd::exists(tasks) ? tasks : joinPath(directory, "cgroup.procs"), O_WRONLY);
}

void collectPids(const std::string& directory, std::vector<pid_t>& pids) {
    const std::string procs = joinPath(directory, "cgroup.procs");
    const auto here = readPids(exists(procs) ? procs : joinPath(directory, "tasks"));
    pids.insert(pids.end(), here.begin(), here.end());
    struct stat status {};
    // Two links: the directory holds no other group.
    if (stat(directory.c_str(), &status) < 0 || status.st_nlink <= 2) return;
    for (const auto& name : listDir(directory)) {
        const std::string below = joinPath(directory, name);
        if (isDirectory(below)) collectPids(below, pids);
    }
}

} // namespace

Cgroup::Cgroup(CgroupTree& tree, std::string path) : tree_(tree), path_(std::move(path)) {
    if (path_.size() < 2 || path_[0] != '/' || cleanPath(path_) != path_)
        throw invalidArgument("'" + path_ + "' is no path of a cgroup below the root");
}

std::string Cgroup::directory(const std::string& controller) const {
    const std::string mountPoint = tree_.mountPoint(controller);
    return mountPoint.empty() ? "" : joinPath(mountPoint, path_);
}

bool Cgroup::exists() const {
    const auto all = directories();
    return std::any_of(all.begin(), all.end(), isDirectory);
}

void Cgroup::create(const Resources& resources) {
    if (tree_.mountPoint("devices").empty())
        throw notSupported(
            "the cgroup controller 'devices' is not mounted, and no container may "
            "run without: start the cgconfig service or mount the controller");
    tree_.create(path_, leadingControllers(tree_));
    for (const auto* subsystem : cgroupSubsystems()) {
        const std::string mountPoint = tree_.mountPoint(subsystem->name());
        if (!mountPoint.empty()) subsystem->prepare(mountPoint, joinPath(mountPoint, path_));
    }
    set(resources);
}

void Cgroup::set(const Resources& resources) const {
    for (const auto* subsystem : cgroupSubsystems()) {
        if (!subsystem->concerns(resources)) continue;
        const std::string place = directory(subsystem->name());
        if (place.empty())
            log::warn(std::string("limits of the cgroup controller '") + subsystem->name() +
                      "' are ignored: it is not mounted");
        else
            subsystem->set(place, resources);
    }
}

std::vector<std::string> Cgroup::directories() const {
    std::vector<std::string> directories;
    for (const auto& controller : leadingControllers(tree_))
        directories.push_back(directory(controller));
    return directories;
}

std::vector<pid_t> Cgroup::pids() const {
    std::vector<pid_t> pids;
    const std::string place = directory("devices");
    if (!place.empty()) collectPids(place, pids);
    std::sort(pids.begin(), pids.end());
    return pids;
}

void Cgroup::signalAll(int signal) const {
    for (const pid_t pid : pids())
        ::kill(pid, signal);
}

void Cgroup::freeze() const {
    const std::string place = directory("freezer");
    if (place.empty())
        throw notSupported(
            "the cgroup controller 'freezer' is not mounted: processes cannot be "
            "paused");
    freezeCgroup(place);
}

void Cgroup::thaw() const {
    const std::string place = directory("freezer");
    if (!place.empty()) thawCgroup(place);
}

bool Cgroup::isFrozen() const {
    const std::string place = directory("freezer");
    return !place.empty() && isCgroupFrozen(place);
}

void Cgroup::stats(Stats& stats) const {
    for (const auto* subsystem : cgroupSubsystems()) {
        const std::string place = directory(subsystem->name());
        if (!place.empty()) subsystem->stats(place, stats);
    }
}

// One round may miss a process that was forked meanwhile, hence again until none is left; SIGKILL
// reaches a frozen one only after the thaw on old kernels.
void Cgroup::killAll() const {
    for (int i = 0; i < kPolls; ++i) {
        const auto left = pids();
        if (left.empty()) return;
        for (const pid_t pid : left)
            ::kill(pid, SIGKILL);
        if (isFrozen()) thaw();
        usleep(kPollMicroseconds);
    }
    throw unavailable("processes in the cgroup '" + path_ +
                      "' did not end within ten seconds of SIGKILL");
}

void Cgroup::destroy() const {
    killAll();
    for (int i = 0; exists(); ++i) {
        try {
            tree_.remove(path_, leadingControllers(tree_));
        } catch (const Error&) {
            // The kernel says EBUSY until the last exit in the group is complete.
            if (i == kPolls) throw;
        }
        if (exists()) usleep(kPollMicroseconds);
    }
}

void enterCgroup(const std::vector<std::string>& directories) {
    enterCgroup(openCgroup(directories));
}

std::vector<Fd> openCgroup(const std::vector<std::string>& directories) {
    std::vector<Fd> opened;
    opened.reserve(directories.size());
    for (const auto& directory : directories)
        opened.push_back(openDoor(directory));
    return opened;
}

void enterCgroup(const std::vector<Fd>& opened) {
    for (const auto& door : opened)
        if (write(door.get(), "0", 1) != 1) throw SystemError("enter a cgroup");
}

} // namespace ctrd::kernel

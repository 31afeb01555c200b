#include "kernel/cgroup/freezer.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/cgroup/files.h"
#include "kernel/cgroup/subsystem.h"

#include <cerrno>

#include <unistd.h>

namespace ctrd::kernel {

namespace {

constexpr int kPollMicroseconds = 500;
constexpr int kPolls = 20000; // ten seconds

std::string stateFile(const std::string& directory) {
    return joinPath(directory, "freezer.state");
}

std::string stateOf(const std::string& directory) {
    return trim(readIfThere(stateFile(directory)).value_or("THAWED"));
}

class Freezer : public CgroupSubsystem {
public:
    const char* name() const override { return "freezer"; }
    bool concerns(const Resources&) const override { return false; }
    void set(const std::string&, const Resources&) const override {}
};

} // namespace

void freezeCgroup(const std::string& directory) {
    for (int i = 0; i < kPolls; ++i) {
        // Written again each time, because a task that forked meanwhile leaves 2.6.32 in FREEZING
        // until somebody asks anew.
        writeKernelFile(stateFile(directory), "FROZEN");
        if (stateOf(directory) == "FROZEN") return;
        usleep(kPollMicroseconds);
    }
    thawCgroup(directory);
    throw unavailable("cannot freeze '" + directory +
                      "': a process in it did not stop within ten seconds");
}

void thawCgroup(const std::string& directory) {
    try {
        writeKernelFile(stateFile(directory), "THAWED");
    } catch (const SystemError& e) {
        if (e.errorNumber() != ENOENT && e.errorNumber() != ENODEV) throw;
    }
}

bool isCgroupFrozen(const std::string& directory) {
    return stateOf(directory) != "THAWED";
}

const CgroupSubsystem& freezerSubsystem() {
    static const Freezer kFreezer;
    return kFreezer;
}

} // namespace ctrd::kernel

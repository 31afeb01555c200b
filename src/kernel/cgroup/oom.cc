#include "kernel/cgroup/oom.h"

#include "base/error.h"
#include "base/path.h"
#include "kernel/cgroup/files.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/eventfd.h>

namespace ctrd::kernel {

namespace {
constexpr const char* kOomControl = "memory.oom_control";
}

Fd openOomEvent(const std::string& directory) {
    const std::string control = joinPath(directory, kOomControl);
    try {
        const Fd watched = openFile(control, O_RDONLY);
        Fd event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        if (!event) throw SystemError("make an event for '" + control + "'");
        writeKernelFile(joinPath(directory, "cgroup.event_control"),
                        std::to_string(event.get()) + " " + std::to_string(watched.get()));
        return event;
    } catch (const SystemError& e) {
        // EOPNOTSUPP: a PREEMPT_RT kernel.
        if (e.errorNumber() == ENOENT || e.errorNumber() == EOPNOTSUPP) return Fd();
        throw;
    }
}

std::optional<uint64_t> oomKills(const std::string& directory) {
    for (const auto& [name, value] : readTable(directory, kOomControl))
        if (name == "oom_kill") return value;
    return std::nullopt;
}

} // namespace ctrd::kernel

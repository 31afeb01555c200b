#include "monitor/drivers.h"

#include "base/error.h"
#include "base/path.h"
#include "exec/lxc/driver.h"
#include "exec/native/driver.h"
#include "kernel/namespace.h"

#include <climits>

#include <unistd.h>

namespace ctrd::monitor {

namespace {

struct Entry {
    const char* name;
    std::unique_ptr<exec::Driver> (*create)(const exec::Host& host);
};

constexpr Entry kDrivers[] = {
    {"native", exec::native::createDriver},
    {"lxc", exec::lxc::createDriver},
};

// Beside this program, in a build tree and where it is installed.
std::string initProgram() {
    char path[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    if (length < 0) throw SystemError("read '/proc/self/exe'");
    return joinPath(dirName(std::string(path, static_cast<size_t>(length))), "ctrd-init");
}

} // namespace

std::unique_ptr<exec::Driver> createExecDriver(const std::string& name) {
    for (const auto& entry : kDrivers)
        if (name == entry.name) return entry.create({initProgram(), kernel::canJoinNamespaces()});
    throw invalidArgument("unknown exec driver '" + name + "': native or lxc is wanted");
}

} // namespace ctrd::monitor

// The monitor's cases, run with ctrd-monitor, a real driver and a busybox root.

#include "base/process.h"
#include "base/strings.h"
#include "exec/defaults.h"
#include "exec/lxc/driver.h"
#include "exec/native/driver.h"
#include "kernel/capability.h"
#include "kernel/cgroup.h"
#include "kernel/device.h"
#include "unit/monitor/container.h"

#include <cstdlib>
#include <iostream>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::monitor::testing {

namespace {

constexpr const char* kBusybox = "/usr/bin/busybox";

[[noreturn]] void skip(const std::string& reason) {
    std::cout << "skipped: " << reason << std::endl;
    std::_Exit(77);
}

std::string driver() {
    const char* name = std::getenv("EXEC_DRIVER");
    return name != nullptr ? name : "native";
}

std::string cgroupParent() {
    static const std::string path = "/ctrd-test-monitor-" + std::to_string(getpid());
    return path;
}

void requireHost() {
    if (geteuid() != 0) skip("not root");
    if (access(kBusybox, X_OK) != 0) skip(std::string("no ") + kBusybox);
    try {
        if (driver() == "lxc")
            exec::lxc::probe();
        else
            exec::native::probe();
    } catch (const Error& e) {
        skip(e.what());
    }
}

// One root file system for all containers of this program, and the cgroup above theirs.
class Ground {
public:
    Ground() {
        // What the destructor needs of the statics is made before this object, and so outlives it.
        if (parent_.exists()) parent_.destroy();
        for (const char* name : {"bin", "etc", "tmp", "proc", "sys", "dev", "root"})
            makeDirs(joinPath(root(), name));
        const std::string busybox = joinPath(root(), "bin/busybox");
        writeAll(openFile(busybox, O_WRONLY | O_CREAT, 0755).get(), readFile(kBusybox));
        for (const auto& applet : splitWords(runCommand({kBusybox, "--list"})))
            if (applet != "busybox" &&
                symlink("busybox", joinPath(root(), "bin", applet).c_str()) < 0)
                throw SystemError("link applet '" + applet + "'");
    }
    Ground(const Ground&) = delete;
    Ground& operator=(const Ground&) = delete;
    ~Ground() {
        if (parent_.exists()) parent_.destroy();
    }

    const std::string& root() const { return directory_.path(); }

private:
    TempDir directory_;
    std::unique_ptr<kernel::CgroupTree> tree_ = kernel::openCgroupTree();
    kernel::Cgroup parent_{*tree_, cgroupParent()};
};

const Ground& ground() {
    static const Ground ground = [] {
        requireHost();
        return Ground();
    }();
    return ground;
}

} // namespace

std::string monitorProgram() {
    const char* top = std::getenv("abs_top_builddir");
    return joinPath(top != nullptr ? top : "..", "src/ctrd-monitor");
}

void setUpCommand(exec::Command& command, const std::string&) {
    command.driver = driver();
    command.hostname = "box";
    command.cgroupPath = cgroupParent() + "/" + command.id;
    command.rootfs = {"bind", ground().root(), "", {}, ""};
    command.mounts = exec::defaultMounts(false);
    command.devices = exec::defaultDeviceNodes(false);
    command.resources.devices = kernel::defaultDeviceRules();
    command.process.env = {"PATH=/bin"};
    command.process.capabilities = kernel::defaultCapabilities();
}

void cleanUp(const exec::Command& command) {
    exec::native::createDriver({})->clean(command);
}

} // namespace ctrd::monitor::testing

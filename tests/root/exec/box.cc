#include "root/exec/box.h"

#include "base/finally.h"
#include "base/process.h"
#include "base/strings.h"
#include "exec/defaults.h"
#include "kernel/capability.h"
#include "kernel/cgroup.h"
#include "kernel/device.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::exec::testing {

namespace {

constexpr const char* kBusybox = "/usr/bin/busybox";
constexpr const char* kPath = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

std::string cgroupParent() {
    return "/ctrd-test-" + std::to_string(getpid());
}

void writeText(const std::string& path, const std::string& text) {
    writeAll(openFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), text);
}

void makeRoot(const std::string& root) {
    for (const char* directory : {"bin", "etc", "tmp", "proc", "sys", "dev", "root", "home"})
        makeDirs(joinPath(root, directory));
    const std::string busybox = joinPath(root, "bin/busybox");
    writeText(busybox, readFile(kBusybox));
    chmod(busybox.c_str(), 0755);
    static const std::string kApplets = runCommand({kBusybox, "--list"});
    for (const auto& applet : splitWords(kApplets))
        if (applet != "busybox" && symlink("busybox", joinPath(root, "bin", applet).c_str()) < 0)
            throw SystemError("link applet '" + applet + "'");
    writeText(joinPath(root, "etc/passwd"),
              "root:x:0:0:root:/root:/bin/sh\n"
              "ann:x:1000:1001:Ann:/home/ann:/bin/sh\n");
    writeText(joinPath(root, "etc/group"), "root:x:0:\nann:x:1001:\nwheel:x:10:ann\nextra:x:77:\n");
}

size_t countDescriptors() {
    return listDir("/proc/self/fd").size();
}

} // namespace

Box::Box(const DriverUnderTest& driver) : entry_(driver), driver_(driver.create()) {
    makeDirs(host());
    makeRoot(root());
    command.id = "box";
    command.driver = driver_->name();
    command.hostname = "box";
    command.cgroupPath = cgroupParent() + "/box";
    command.rootfs = {"bind", root(), "", {}, ""};
    command.mounts = defaultMounts(false);
    command.devices = defaultDeviceNodes(false);
    command.maskedPaths = defaultMaskedPaths(false);
    command.readOnlyPaths = defaultReadOnlyPaths(false);
    command.resources.devices = kernel::defaultDeviceRules();
    command.process.env = {kPath};
    command.process.capabilities = kernel::defaultCapabilities();
    mounts_ = readFile("/proc/self/mounts");
    descriptors_ = countDescriptors();
}

Box::~Box() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        driver_->clean(command);
        waitpid(pid_, nullptr, 0);
    }
    driver_->clean(command);
    const auto tree = kernel::openCgroupTree();
    const kernel::Cgroup parent(*tree, cgroupParent());
    if (parent.exists()) parent.destroy();
}

Stdio Box::pipes() {
    Stdio stdio;
    stdio.networkNamespace = std::move(networkNamespace);
    if (terminal) {
        stdio.in = duplicate(terminal.get());
        stdio.out = duplicate(terminal.get());
        stdio.err = std::move(terminal);
        return stdio;
    }
    Pipe out = Pipe::create(), err = Pipe::create();
    stdio.in = openFile("/dev/null", O_RDONLY);
    stdio.out = std::move(out.writeEnd);
    stdio.err = std::move(err.writeEnd);
    out_ = std::move(out.readEnd);
    err_ = std::move(err.readEnd);
    return stdio;
}

pid_t Box::start(const std::vector<std::string>& args) {
    command.process.args = args;
    seen_.clear();
    Finally closePipes([&] {
        out_.reset();
        err_.reset();
    });
    const Started started = driver_->start(command, pipes());
    closePipes.dismiss();
    pid_ = started.child;
    return started.pid;
}

Result Box::run(const std::vector<std::string>& args) {
    start(args);
    return finish();
}

void Box::expectOutput(const std::string& text) {
    char buffer[4096];
    while (seen_.find(text) == std::string::npos) {
        const size_t size = readSome(out_.get(), buffer, sizeof buffer);
        if (size == 0) CPPUNIT_FAIL("'" + text + "' is not in the output: " + seen_);
        seen_.append(buffer, size);
    }
}

Result Box::finish() {
    Result result;
    if (out_) {
        result.out = seen_ + readAll(out_.get());
        result.err = readAll(err_.get());
    }
    result.status = driver_->exitStatus(reap(pid_));
    pid_ = -1;
    driver_->clean(command);
    out_.reset();
    err_.reset();
    return result;
}

ProcessSpec Box::shell(const std::string& script) const {
    ProcessSpec process = command.process;
    process.args = {"sh", "-c", script};
    return process;
}

Result Box::exec(const ProcessSpec& process) {
    Pipe out = Pipe::create(), err = Pipe::create();
    Stdio stdio;
    stdio.out = std::move(out.writeEnd);
    stdio.err = std::move(err.writeEnd);
    const pid_t pid = driver_->exec(process, std::move(stdio));
    Result result;
    result.out = readAll(out.readEnd.get());
    result.err = readAll(err.readEnd.get());
    result.status.code = WaitStatus{reap(pid)}.code();
    return result;
}

Result Box::execSh(const std::string& script) {
    return exec(shell(script));
}

void Box::addBind(const std::string& source, const std::string& target,
                  const std::vector<std::string>& options) {
    command.mounts.push_back({"bind", source, target, options, ""});
}

std::string Box::cgroupFile(const std::string& controller, const std::string& file) const {
    const auto tree = kernel::openCgroupTree();
    const kernel::Cgroup group(*tree, command.cgroupPath);
    return trim(readFile(joinPath(group.directory(controller), file)));
}

void Box::expectNothingLeft() {
    const auto tree = kernel::openCgroupTree();
    CPPUNIT_ASSERT(!kernel::Cgroup(*tree, command.cgroupPath).exists());
    CPPUNIT_ASSERT_EQUAL(mounts_, readFile("/proc/self/mounts"));
    CPPUNIT_ASSERT_EQUAL(pid_t(-1), waitpid(-1, nullptr, WNOHANG));
    CPPUNIT_ASSERT_EQUAL(ECHILD, errno);
    CPPUNIT_ASSERT_EQUAL(descriptors_, countDescriptors());
}

int reap(pid_t pid) {
    int status = 0;
    pid_t done;
    do
        done = waitpid(pid, &status, 0);
    while (done < 0 && errno == EINTR);
    CPPUNIT_ASSERT_EQUAL(pid, done);
    return status;
}

std::string readTerminal(int master, const std::string& text) {
    std::string seen;
    pollfd ready{master, POLLIN, 0};
    while (seen.find(text) == std::string::npos && poll(&ready, 1, 10000) > 0) {
        char buffer[4096];
        const ssize_t size = read(master, buffer, sizeof buffer);
        if (size <= 0) break;
        seen.append(buffer, static_cast<size_t>(size));
    }
    return seen;
}

} // namespace ctrd::exec::testing

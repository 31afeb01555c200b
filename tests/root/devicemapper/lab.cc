#include "root/devicemapper/lab.h"

#include "archive/unpack.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"
#include "kernel/mount.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::storage {

namespace {

// Before any test, because a skipped program says so by its exit code.
const bool kIsUsable = [] {
    try {
        if (geteuid() != 0) throw notSupported("device-mapper needs root");
        const kernel::DeviceMapper mapper;
        if (!mapper.hasTarget("thin-pool")) throw notSupported("this kernel has no thin pools");
        return true;
    } catch (const Error& e) {
        std::cout << "skipped: " << e.what() << std::endl;
        std::exit(77);
    }
}();

} // namespace

// Not in /tmp, which may be a tmpfs: loop devices want a file system on a disk.
Lab::Lab(const std::string& fileSystem, const std::vector<std::string>& more)
    : dir_("/var/tmp"), root_(joinPath(dir_.path(), "trees")) {
    const char* build = getenv("abs_top_builddir");
    if (build) archive::setHelperProgram(joinPath(build, "src/ctrd-helper"));
    makeDir(root_, 0700);
    makeDir(mountPoint());
    options_ = {"dm.fs=" + fileSystem, "dm.basesize=512m", "dm.loopdatasize=2g",
                "dm.loopmetadatasize=16m"};
    options_.insert(options_.end(), more.begin(), more.end());
    start();
}

Lab::~Lab() {
    stop();
}

void Lab::start() {
    driver_ = std::make_unique<DevicemapperDriver>(root_, options_);
    driver_->cleanup();
}

std::string Lab::nameOf(const std::string& prefix) const {
    struct stat st {};
    if (stat(root_.c_str(), &st) < 0) throw SystemError("look at '" + root_ + "'");
    return prefix + std::to_string(major(st.st_dev)) + ":" + std::to_string(minor(st.st_dev)) +
           "-" + std::to_string(st.st_ino);
}

std::vector<std::string> Lab::active() const {
    std::vector<std::string> ids;
    for (const auto& name : mapper_.list())
        if (startsWith(name, prefix())) ids.push_back(name.substr(prefix().size()));
    return ids;
}

bool Lab::isActive(const std::string& id) const {
    return mapper_.info(prefix() + id).exists;
}

bool Lab::releasedUntilGone(const std::string& id, const std::string& gone) {
    for (int tries = 0; tries < 500 && isActive(gone); ++tries) {
        driver_->released(id);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return !isActive(gone);
}

std::string Lab::row(const std::string& name) const {
    for (const auto& row : driver_->status())
        if (row.first == name) return row.second;
    return "there is no " + name;
}

void Lab::write(const std::string& id, const std::string& file, const std::string& text) {
    const OpenTree tree = driver_->openTree(id);
    const Fd out = openFile(joinPath(tree.path, file), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    writeAll(out.get(), text);
}

std::string Lab::read(const std::string& id, const std::string& file) const {
    const OpenTree tree = driver_->openTree(id);
    return readFile(joinPath(tree.path, file));
}

std::vector<std::string> Lab::list(const std::string& id) const {
    const OpenTree tree = driver_->openTree(id);
    return listDir(tree.path + "/");
}

OtherProcess::OtherProcess(const kernel::MountSpec& mount, const std::string& target) {
    Pipe ready = Pipe::create();
    pid_ = fork();
    if (pid_ < 0) throw SystemError("fork");
    if (pid_ == 0) {
        try {
            if (unshare(CLONE_NEWNS) < 0) throw SystemError("make a mount namespace");
            kernel::setPropagation("/", MS_REC | MS_PRIVATE);
            kernel::mountAt(mount, target);
            writeAll(ready.writeEnd.get(), "+");
        } catch (const Error& e) {
            writeAll(ready.writeEnd.get(), e.what());
            _exit(1);
        }
        for (;;)
            pause();
    }
    char text[256];
    const size_t length = readSome(ready.readEnd.get(), text, sizeof text);
    if (std::string(text, length) == "+") return;
    end();
    throw internalError("the other process: " + std::string(text, length));
}

void OtherProcess::end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

} // namespace ctrd::storage

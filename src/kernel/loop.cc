#include "kernel/loop.h"

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/process.h"
#include "base/strings.h"

#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace ctrd::kernel {

namespace {

constexpr int kLoopMajor = 7;
constexpr int kMostDevices = 256; // max_loop of old kernels ends here
constexpr int kTries = 64;        // others take devices at the same time

std::string nodeOf(const std::string& devices, int number) {
    std::string path = joinPath(devices, "loop" + std::to_string(number));
    if (exists(path)) return path;
    if (mknod(path.c_str(), S_IFBLK | 0600, makedev(kLoopMajor, static_cast<unsigned>(number))) <
            0 &&
        errno != EEXIST)
        throw SystemError("make the node '" + path + "'");
    return path;
}

// Whether there was nothing on it before; errors other than "it is taken" throw.
bool setFile(int loop, const std::string& path, int file, const std::string& name) {
    if (ioctl(loop, LOOP_SET_FD, file) < 0) {
        if (errno == EBUSY) return false;
        throw SystemError("attach '" + name + "' to '" + path + "'");
    }
    struct loop_info64 info {};
    info.lo_flags = LO_FLAGS_AUTOCLEAR;
    // For losetup(8) to show; the kernel does not use it.
    memcpy(info.lo_file_name, name.data(), std::min(name.size(), sizeof info.lo_file_name - 1));
    int result = 0;
    do
        result = ioctl(loop, LOOP_SET_STATUS64, &info);
    while (result < 0 && errno == EAGAIN); // pages of a file before are still being dropped
    if (result == 0) return true;
    const SystemError error("set up '" + path + "' for '" + name + "'");
    ioctl(loop, LOOP_CLR_FD, 0);
    throw error;
}

// The device, if it can be opened and is free.
std::optional<Fd> tryOne(const std::string& path, int file, const std::string& name) {
    Fd loop = openFile(path, O_RDWR);
    if (setFile(loop.get(), path, file, name)) return loop;
    return std::nullopt;
}

Error allTaken(int count) {
    return unavailable("no loop device is free (" + std::to_string(count) +
                       " are in use): detach some (losetup -a), or load the module with more "
                       "(modprobe loop max_loop=64)");
}

void loadModule(const std::string& devices) {
    if (exists(joinPath(devices, "loop-control")) || exists(joinPath(devices, "loop0"))) return;
    try {
        runCommand({"modprobe", "-q", "loop"});
    } catch (const Error& e) {
        log::debug(std::string("cannot load the module loop: ") + e.what());
    }
}

// Because the kernel has no /dev/loop-control before 3.1.
int scan(const std::string& devices, int file, const std::string& name, Fd& loop) {
    for (int number = 0; number < kMostDevices; ++number) {
        try {
            auto found = tryOne(nodeOf(devices, number), file, name);
            if (!found) continue;
            loop = std::move(*found);
            return number;
        } catch (const SystemError& e) {
            const bool isLast = e.errorNumber() == ENXIO || e.errorNumber() == ENODEV;
            if (isLast && number == 0)
                throw notSupported("this kernel has no loop devices: modprobe loop");
            if (isLast) throw allTaken(number);
            throw;
        }
    }
    throw allTaken(kMostDevices);
}

int ask(const Fd& control, const std::string& devices, int file, const std::string& name,
        Fd& loop) {
    for (int i = 0; i < kTries; ++i) {
        const int number = ioctl(control.get(), LOOP_CTL_GET_FREE);
        if (number < 0) throw SystemError("get a free loop device");
        if (auto found = tryOne(nodeOf(devices, number), file, name)) {
            loop = std::move(*found);
            return number;
        }
    }
    throw unavailable("others take every loop device that gets free; try again");
}

} // namespace

LoopDevice LoopDevice::attach(const std::string& file, const std::string& devices) {
    const Fd backing = openFile(file, O_RDWR);
    loadModule(devices);
    const std::string control = joinPath(devices, "loop-control");
    Fd loop;
    const int number = exists(control)
                           ? ask(openFile(control, O_RDWR), devices, backing.get(), file, loop)
                           : scan(devices, backing.get(), file, loop);
    return {nodeOf(devices, number), std::move(loop)};
}

std::string fileOfLoop(const std::string& device, const std::string& sysfs) {
    const std::string path = joinPath(sysfs, "block", baseName(device), "loop/backing_file");
    return exists(path) ? trim(readFile(path)) : "";
}

} // namespace ctrd::kernel

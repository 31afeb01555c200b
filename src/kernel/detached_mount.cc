#include "kernel/detached_mount.h"

#include "base/error.h"

#include <exception>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

namespace ctrd::kernel {

namespace {

// In a thread of its own, whose mount namespace ends with it.
Fd mountHere(const MountSpec& mount, const std::string& stage) {
    if (unshare(CLONE_FS | CLONE_NEWNS) < 0) throw SystemError("make a mount namespace");
    setPropagation("/", MS_REC | MS_PRIVATE);
    mountAt(mount, stage);
    Fd root = openFile(stage, O_RDONLY | O_DIRECTORY);
    unmountLazily(stage);
    return root;
}

} // namespace

Fd mountDetached(const MountSpec& mount, const std::string& stage) {
    Fd root;
    std::exception_ptr failure;
    std::thread([&] {
        try {
            root = mountHere(mount, stage);
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure) std::rethrow_exception(failure);
    return root;
}

} // namespace ctrd::kernel

// ctrd-monitor: one per running container, started by ctrd with a socket as descriptor 3.

#include "config.h"

#include "base/error.h"
#include "base/log.h"
#include "monitor/drivers.h"
#include "monitor/monitor.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>

#include <malloc.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace ctrd;

constexpr const char* kUsage =
    "Usage: ctrd-monitor ID\n"
    "\n"
    "Owns one container of ctrd: its first process, standard streams, log and exit\n"
    "status.  Started by ctrd, which it outlives; not meant to be called by hand.\n"
    "One that is called \"spare\" stands ready for the next container.\n"
    "SIGTERM and SIGQUIT are passed on to the container's first process.  Killing\n"
    "the monitor kills the container.\n"
    "\n"
    "  -h, --help     print this text\n"
    "  -v, --version  print the version\n";

// Few arenas, and large buffers from the heap: they are given back by malloc_trim when idle, and
// are neither mapped nor cleared anew for each burst.
void tuneAllocator() {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
    mallopt(M_TOP_PAD, 16 << 10);
}

// What is mounted for the container must neither be seen by the host nor stay behind.  Slave, not
// private: what the host unmounts must not stay mounted here.
void leaveMountNamespace() {
    if (unshare(CLONE_NEWNS) < 0) throw SystemError("make a mount namespace");
    if (mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) < 0)
        throw SystemError("make all mounts slaves");
}

bool isSocket(int fd) {
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

// `ps` shows what is in the memory of the argument.
void showName(char* argument, const std::string& id) {
    const size_t room = std::strlen(argument), length = std::min(room, id.size());
    std::copy_n(id.data(), length, argument);
    std::fill_n(argument + length, room - length, '\0');
}

int runMonitor(char* argument) {
    try {
        setCloseOnExec(monitor::kLaunchDescriptor, true);
        if (chdir("/") < 0) throw SystemError("change to '/'");
        monitor::Monitor monitor(Fd(monitor::kLaunchDescriptor), [&](const exec::Command& command) {
            showName(argument, command.id);
            leaveMountNamespace();
            return monitor::createExecDriver(command.driver);
        });
        monitor.run();
        return 0;
    } catch (const std::exception& e) {
        log::error(e.what());
        return 1;
    }
}

} // namespace

int main(int argc, char** argv) {
    const char* option = argc > 1 ? argv[1] : "";
    if (std::strcmp(option, "-v") == 0 || std::strcmp(option, "--version") == 0) {
        std::printf("ctrd-monitor version " PACKAGE_VERSION ", protocol %d\n", monitor::kProtocol);
        return 0;
    }
    if (argc != 2 || option[0] == '-' || !isSocket(monitor::kLaunchDescriptor)) {
        const bool help = std::strcmp(option, "-h") == 0 || std::strcmp(option, "--help") == 0;
        std::fputs(kUsage, help ? stdout : stderr);
        return help ? 0 : 2;
    }
    tuneAllocator();
    return runMonitor(argv[1]);
}

#include "base/error.h"
#include "kernel/netlink.h"
#include "network/driver.h"

#include <cerrno>

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ctrd::network {

namespace {

std::string namespacePath(long task) {
    // A thread's own entry in /proc is hidden from listings and there all the same; thread-self
    // came with 3.17.
    return "/proc/" + std::to_string(task) + "/ns/net";
}

Fd unsharedNamespace() {
    if (unshare(CLONE_NEWNET) != 0) throw SystemError("make a network namespace");
    kernel::LinkChange up;
    up.up = true;
    kernel::Netlink().changeLink("lo", up);
    return openFile(namespacePath(syscall(SYS_gettid)), O_RDONLY);
}

} // namespace

std::future<Fd> createNamespace() {
    return std::async(std::launch::async, unsharedNamespace);
}

Fd namespaceOf(pid_t pid) {
    try {
        return openFile(namespacePath(pid), O_RDONLY);
    } catch (const SystemError& e) {
        // A zombie still has its entry but no namespaces.
        if (e.errorNumber() != ENOENT && e.errorNumber() != ESRCH) throw;
        throw notFound("no process " + std::to_string(pid) + " with a network namespace");
    }
}

} // namespace ctrd::network

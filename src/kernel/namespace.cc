#include "kernel/namespace.h"

#include "base/error.h"
#include "base/path.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_setns
#define SYS_setns 308 // x86_64; glibc 2.12 does not know it
#endif

namespace ctrd::kernel {

namespace {

struct Description {
    NamespaceKind kind;
    int flag;
    const char* name;
};
constexpr Description kKinds[] = {
    {NamespaceKind::Mount, CLONE_NEWNS, "mnt"}, {NamespaceKind::Uts, CLONE_NEWUTS, "uts"},
    {NamespaceKind::Ipc, CLONE_NEWIPC, "ipc"},  {NamespaceKind::Net, CLONE_NEWNET, "net"},
    {NamespaceKind::Pid, CLONE_NEWPID, "pid"},
};

const Description& describe(NamespaceKind kind) {
    for (const auto& d : kKinds)
        if (d.kind == kind) return d;
    throw internalError("unknown kind of namespace");
}

bool isShown(const std::string& name) {
    return bool(Fd(open(("/proc/self/ns/" + name).c_str(), O_RDONLY | O_CLOEXEC)));
}

Error noSetns(const std::string& name) {
    return notSupported("cannot enter the " + name +
                        " namespace: this kernel has no setns for it (EL6 has it from 6.7, kernel "
                        "-573, on)");
}

} // namespace

int cloneFlag(NamespaceKind kind) {
    return describe(kind).flag;
}

const char* namespaceName(NamespaceKind kind) {
    return describe(kind).name;
}

Fd openNamespace(pid_t process, NamespaceKind kind) {
    return openFile("/proc/" + std::to_string(process) + "/ns/" + namespaceName(kind), O_RDONLY);
}

Fd openNamespace(const std::string& path) {
    try {
        return openFile(path, O_RDONLY);
    } catch (const SystemError& e) {
        if (e.errorNumber() == ENOENT && !isShown(baseName(path))) throw noSetns(baseName(path));
        throw;
    }
}

void enterNamespace(int fd, NamespaceKind kind) {
    if (syscall(SYS_setns, fd, cloneFlag(kind)) == 0) return;
    if (errno == ENOSYS || errno == EINVAL) throw noSetns(namespaceName(kind));
    throw SystemError(std::string("enter the ") + namespaceName(kind) + " namespace");
}

bool canJoinNamespaces() {
    const Fd here = openFile(".", O_RDONLY | O_DIRECTORY);
    try {
        enterNamespace(openNamespace(getpid(), NamespaceKind::Pid).get(), NamespaceKind::Pid);
        enterNamespace(openNamespace(getpid(), NamespaceKind::Mount).get(), NamespaceKind::Mount);
    } catch (const Error&) {
        return false; // not even the files in /proc, before EL6.7
    }
    if (fchdir(here.get()) < 0) throw SystemError("return to the working directory");
    return true;
}

void unshareNamespace(NamespaceKind kind) {
    if (unshare(cloneFlag(kind)) < 0)
        throw SystemError(std::string("make a new ") + namespaceName(kind) + " namespace");
}

pid_t forkInto(int flags) {
    // The raw call, because the library's clone() wants a stack of its own for the child.
    const long pid = syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (pid < 0) throw SystemError("make a process in new namespaces");
    return static_cast<pid_t>(pid);
}

} // namespace ctrd::kernel

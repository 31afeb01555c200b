#include "old_kernel/trials.h"

#include "base/fd.h"

#include <cerrno>
#include <cstdio>
#include <map>
#include <string>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

namespace old_kernel {

namespace {

struct Trial {
    const char* name;
    long (*call)();
};

long setNamespace(const char* name, int flag) {
    const ctrd::Fd fd(open((std::string("/proc/self/ns/") + name).c_str(), O_RDONLY));
    return fd ? syscall(SYS_setns, fd.get(), flag) : -1;
}

// The exit of a child that clone made; its death by a signal is -1 with no error.
long cloned(unsigned long flags) {
    const pid_t child = fork();
    if (child == 0) {
        const long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
        _exit(pid < 0 ? errno : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    return WIFEXITED(status) && errno == 0 ? 0 : -1;
}

const Trial kTrials[] = {
    {"getpid", [] { return syscall(SYS_getpid); }},
    {"getrandom", [] { return syscall(SYS_getrandom, nullptr, 0, 0); }},
    {"memfd_create", [] { return syscall(SYS_memfd_create, "x", 0); }},
    {"close_range", [] { return syscall(SYS_close_range, 1000, 1001, 0); }},
    {"prlimit64 of another", [] { return syscall(SYS_prlimit64, 1, 7, nullptr, nullptr); }},
    {"PR_SET_CHILD_SUBREAPER", [] { return long(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }},
    {"PR_CAPBSET_READ 33", [] { return prctl(PR_CAPBSET_READ, 33, 0, 0, 0) < 0 ? -1L : 0L; }},
    {"PR_CAPBSET_READ 34", [] { return prctl(PR_CAPBSET_READ, 34, 0, 0, 0) < 0 ? -1L : 0L; }},
    {"O_TMPFILE", [] { return long(open("/tmp", O_TMPFILE | O_RDWR, 0600)); }},
    {"setns net", [] { return setNamespace("net", CLONE_NEWNET); }},
    {"setns pid", [] { return setNamespace("pid", CLONE_NEWPID); }},
    {"clone CLONE_NEWUSER", [] { return cloned(CLONE_NEWUSER); }},
    {"clone CLONE_NEWCGROUP", [] { return cloned(0x02000000); }},
    {"clone CLONE_NEWPID", [] { return cloned(CLONE_NEWPID); }},
};

// For those that trials end with; strerrorname_np came with glibc 2.32.
std::string nameOf(int error) {
    static const std::map<int, const char*> kNames = {
        {EPERM, "EPERM"},   {ENOENT, "ENOENT"}, {EBADF, "EBADF"},   {ENOMEM, "ENOMEM"},
        {EACCES, "EACCES"}, {EISDIR, "EISDIR"}, {EINVAL, "EINVAL"}, {ENOSYS, "ENOSYS"},
    };
    const auto found = kNames.find(error);
    return found != kNames.end() ? found->second : std::to_string(error);
}

} // namespace

void printTrials() {
    for (const Trial& trial : kTrials) {
        errno = 0;
        const bool failed = trial.call() < 0;
        const std::string answer = !failed ? "works" : errno == 0 ? "dies" : nameOf(errno);
        std::printf("%s: %s\n", trial.name, answer.c_str());
    }
}

} // namespace old_kernel

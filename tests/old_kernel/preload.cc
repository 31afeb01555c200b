// What a kernel of EL6 does and a seccomp filter cannot imitate, between a program and its C
// library: an open with O_PATH is an ordinary open, uname(2) tells the release that
// $OLD_KERNEL_RELEASE holds, if any, and before 6.7 (/etc/old-kernel names the profile) there are
// no files of pid and mount namespaces in /proc.

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace {

bool endsWith(const char* text, const char* end) {
    const size_t length = std::strlen(text), tail = std::strlen(end);
    return length >= tail && std::strcmp(text + length - tail, end) == 0;
}

bool isBefore67() {
    char profile[16] = {};
    const long fd = syscall(SYS_open, "/etc/old-kernel", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    const long size = syscall(SYS_read, fd, profile, sizeof profile - 1);
    syscall(SYS_close, fd);
    return size > 0 && std::strcmp(profile, "el6.5") == 0;
}

bool isMissing(const char* path) {
    return std::strncmp(path, "/proc/", 6) == 0 &&
           (endsWith(path, "/ns/mnt") || endsWith(path, "/ns/pid")) && isBefore67();
}

int oldOpen(int directory, const char* path, int flags, va_list& rest) {
    if (isMissing(path)) {
        errno = ENOENT;
        return -1;
    }
    const bool makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    const mode_t mode = makes ? va_arg(rest, mode_t) : 0;
    return static_cast<int>(syscall(SYS_openat, directory, path, flags & ~O_PATH, mode));
}

} // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const int fd = oldOpen(AT_FDCWD, path, flags, rest);
    va_end(rest);
    return fd;
}

int openat(int directory, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const int fd = oldOpen(directory, path, flags, rest);
    va_end(rest);
    return fd;
}

int open64(const char* path, int flags, ...) __attribute__((alias("open")));
int openat64(int directory, const char* path, int flags, ...) __attribute__((alias("openat")));

int uname(struct utsname* names) noexcept {
    const long result = syscall(SYS_uname, names);
    const char* release = std::getenv("OLD_KERNEL_RELEASE");
    if (result == 0 && release != nullptr)
        std::strncpy(names->release, release, sizeof names->release - 1);
    return static_cast<int>(result);
}
}

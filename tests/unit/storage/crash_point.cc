#include "unit/storage/crash_point.h"

#include <cppunit/TestAssert.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <exception>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace {

constexpr int kDied = 99, kFailed = 98;
int stepsLeft = 0; // 0: nobody counts

void step() {
    if (stepsLeft > 0 && --stepsLeft == 0) _exit(kDied);
}

} // namespace

// These take the place of the C library's for everything that is linked into this program.
extern "C" {

int rename(const char* from, const char* to) noexcept {
    step();
    return static_cast<int>(syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to));
}
int mkdir(const char* path, mode_t mode) noexcept {
    step();
    return static_cast<int>(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}
int mkdirat(int at, const char* path, mode_t mode) noexcept {
    step();
    return static_cast<int>(syscall(SYS_mkdirat, at, path, mode));
}
int unlinkat(int at, const char* path, int flags) noexcept {
    step();
    return static_cast<int>(syscall(SYS_unlinkat, at, path, flags));
}
int symlink(const char* target, const char* path) noexcept {
    step();
    return static_cast<int>(syscall(SYS_symlinkat, target, AT_FDCWD, path));
}
int linkat(int from, const char* a, int to, const char* b, int flags) noexcept {
    step();
    return static_cast<int>(syscall(SYS_linkat, from, a, to, b, flags));
}
int remove(const char* path) noexcept {
    step();
    if (syscall(SYS_unlinkat, AT_FDCWD, path, 0) == 0) return 0;
    if (errno != EISDIR && errno != EPERM) return -1;
    return static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR));
}
ssize_t write(int fd, const void* data, size_t size) {
    // Pipes to a helper change nothing by themselves.
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) step();
    return syscall(SYS_write, fd, data, size);
}
int fsync(int fd) {
    step();
    return static_cast<int>(syscall(SYS_fsync, fd));
}
int fchmod(int fd, mode_t mode) noexcept {
    step();
    return static_cast<int>(syscall(SYS_fchmod, fd, mode));
}
int ioctl(int fd, unsigned long request, ...) noexcept {
    step();
    va_list arguments;
    va_start(arguments, request);
    void* argument = va_arg(arguments, void*);
    va_end(arguments);
    return static_cast<int>(syscall(SYS_ioctl, fd, request, argument));
}

} // extern "C"

namespace ctrd::testing {

bool diesBeforeStep(int step, const std::function<void()>& action) {
    const pid_t child = fork();
    CPPUNIT_ASSERT(child >= 0);
    if (child == 0) {
        try {
            stepsLeft = step;
            action();
            stepsLeft = 0;
        } catch (const std::exception& e) {
            stepsLeft = 0;
            std::fprintf(stderr, "step %d: %s\n", step, e.what());
            _exit(kFailed);
        }
        _exit(0);
    }
    int status = 0;
    CPPUNIT_ASSERT_EQUAL(child, waitpid(child, &status, 0));
    CPPUNIT_ASSERT_MESSAGE("the action died by itself", WIFEXITED(status));
    CPPUNIT_ASSERT(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kDied);
    return WEXITSTATUS(status) == kDied;
}

void forEveryCrash(const std::function<void()>& prepare, const std::function<void()>& action,
                   const std::function<void(bool died)>& check) {
    constexpr int kMost = 5000;
    for (int step = 1; step < kMost; ++step) {
        prepare();
        const bool died = diesBeforeStep(step, action);
        try {
            check(died);
        } catch (const std::exception& e) {
            CPPUNIT_FAIL("after a crash before step " + std::to_string(step) + ": " + e.what());
        }
        if (!died) {
            CPPUNIT_ASSERT_MESSAGE("no step was counted", step > 1);
            return;
        }
    }
    CPPUNIT_FAIL("the action has no end");
}

} // namespace ctrd::testing

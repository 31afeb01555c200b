#include "exec/setup/stdio.h"

#include "base/path.h"
#include "base/strings.h"
#include "kernel/tty.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

namespace ctrd::exec::setup {

namespace {

void place(int fd, int number) {
    if (dup2(fd, number) < 0) throw SystemError("set up standard stream " + std::to_string(number));
}

// A copy above the three, so that placing one stream cannot overwrite the next.
Fd lifted(const Fd& fd) {
    const Fd null = fd ? Fd() : openFile("/dev/null", O_RDWR);
    Fd copy(fcntl(fd ? fd.get() : null.get(), F_DUPFD_CLOEXEC, 3));
    if (!copy) throw SystemError("duplicate a standard stream");
    return copy;
}

void closeOthersOnExec() {
    if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
    for (const auto& name : listDir("/proc/self/fd")) {
        const auto fd = parseInt(name);
        // EBADF: the one that read the directory.
        if (fd && *fd > 2) fcntl(static_cast<int>(*fd), F_SETFD, FD_CLOEXEC);
    }
}

} // namespace

void placeStdio(const Stdio& stdio) {
    const Fd in = lifted(stdio.in), out = lifted(stdio.out), err = lifted(stdio.err);
    place(in.get(), STDIN_FILENO);
    place(out.get(), STDOUT_FILENO);
    place(err.get(), STDERR_FILENO);
    closeOthersOnExec();
}

void takeTerminal(const ProcessSpec& process) {
    kernel::takeControllingTerminal(STDIN_FILENO);
    if (process.rows != 0 && process.columns != 0)
        kernel::resizeTty(STDIN_FILENO, process.rows, process.columns);
}

void reopenTerminal(const char* path) {
    const Fd terminal = openFile(path, O_RDWR | O_NOCTTY);
    for (int number = 0; number <= 2; ++number)
        place(terminal.get(), number);
}

void giveStdioTo(uid_t uid) {
    for (int number = 0; number <= 2; ++number) {
        struct stat status {};
        if (fstat(number, &status) < 0) throw SystemError("look at a standard stream");
        const bool own = S_ISFIFO(status.st_mode) || isatty(number) == 1;
        if (own && fchown(number, uid, status.st_gid) < 0)
            throw SystemError("give a standard stream to user " + std::to_string(uid));
    }
}

} // namespace ctrd::exec::setup

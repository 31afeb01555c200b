#include "kernel/tty.h"

#include "base/error.h"

#include <cerrno>
#include <climits>
#include <cstdlib>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace ctrd::kernel {

namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int kTerminal = O_RDWR | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC;
constexpr unsigned long kDevPts = 0x1cd1; // linux/magic.h

Fd openPtsOf(pid_t process) {
    const Fd root(
        open(("/proc/" + std::to_string(process) + "/root").c_str(), O_RDONLY | O_CLOEXEC));
    const Fd dev(openat(root.get(), "dev", kDirectory));
    Fd pts(openat(dev.get(), "pts", kDirectory));
    struct statfs status {};
    const bool right = pts && fstatfs(pts.get(), &status) == 0 &&
                       static_cast<unsigned long>(status.f_type) == kDevPts;
    return right ? std::move(pts) : Fd();
}

} // namespace

Pty openPty() {
    Pty pty;
    pty.master = openFile("/dev/ptmx", O_RDWR | O_NOCTTY);
    char path[64];
    const int failed = ptsname_r(pty.master.get(), path, sizeof path);
    if (failed != 0) throw SystemError("name the slave of a terminal", failed);
    if (unlockpt(pty.master.get()) < 0)
        throw SystemError("unlock terminal '" + std::string(path) + "'");
    pty.slavePath = path;
    pty.slave = openFile(pty.slavePath, O_RDWR | O_NOCTTY);
    return pty;
}

std::optional<Pty> openPtyOf(pid_t process) {
    const Fd pts = openPtsOf(process);
    if (!pts) return std::nullopt;
    Pty pty;
    pty.master = Fd(openat(pts.get(), "ptmx", kTerminal));
    int number = 0, locked = 0;
    if (!pty.master || ioctl(pty.master.get(), TIOCGPTN, &number) < 0 ||
        ioctl(pty.master.get(), TIOCSPTLCK, &locked) < 0)
        return std::nullopt;
    const std::string name = std::to_string(number);
    pty.slave = Fd(openat(pts.get(), name.c_str(), kTerminal));
    pty.slavePath = "/dev/pts/" + name;
    if (!pty.slave || isatty(pty.slave.get()) == 0) return std::nullopt;
    return pty;
}

void resizeTty(int fd, uint16_t rows, uint16_t columns) {
    winsize size{};
    size.ws_row = rows;
    size.ws_col = columns;
    if (ioctl(fd, TIOCSWINSZ, &size) < 0) throw SystemError("resize a terminal");
}

void takeControllingTerminal(int fd) {
    // A session leader keeps its session: EPERM.
    if (setsid() < 0 && errno != EPERM) throw SystemError("start a session");
    if (ioctl(fd, TIOCSCTTY, 0) < 0) throw SystemError("take a controlling terminal");
}

std::string ttyPath(int fd) {
    if (isatty(fd) == 0) return "";
    char path[PATH_MAX];
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const ssize_t size = readlink(link.c_str(), path, sizeof path - 1);
    if (size < 0) return "";
    path[size] = 0;
    struct stat opened {
    }, found{};
    const bool same = fstat(fd, &opened) == 0 && stat(path, &found) == 0 &&
                      opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
    return same ? path : "";
}

} // namespace ctrd::kernel

#include "cli/terminal.h"

#include "base/error.h"

#include <atomic>
#include <csignal>
#include <cstdlib>

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace ctrd::cli {

namespace {

// Reached by signal handlers, hence no members: the mode to come back to, and whose it is.
termios savedMode;
std::atomic<int> rawFd{-1};

constexpr int kDeadly[] = {SIGHUP,  SIGINT, SIGQUIT, SIGTERM, SIGABRT,
                           SIGSEGV, SIGBUS, SIGFPE,  SIGILL,  SIGPIPE};

void restore() {
    const int fd = rawFd.exchange(-1);
    // TCSADRAIN: what the container printed last is shown as it meant it.
    if (fd >= 0) ::tcsetattr(fd, TCSADRAIN, &savedMode);
}

extern "C" void restoreAndDie(int signal) {
    restore();
    // SA_RESETHAND has put the default action back.
    ::raise(signal);
}

void setDeadlyHandlers(void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : kDeadly) {
        struct sigaction current = {};
        ::sigaction(signal, nullptr, &current);
        // What our parent had ignored (nohup) stays ignored.
        if (current.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
    }
}

} // namespace

bool isTerminal(int fd) {
    return ::isatty(fd) == 1;
}

WindowSize windowSize(int fd) {
    winsize size = {};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0) return {};
    return {size.ws_row, size.ws_col};
}

RawMode::RawMode(int fd) {
    if (::tcgetattr(fd, &savedMode) != 0) throw SystemError("cannot read the terminal's mode");
    static const bool registered = std::atexit(restore) == 0;
    static_cast<void>(registered);
    termios raw = savedMode;
    ::cfmakeraw(&raw);
    rawFd = fd;
    setDeadlyHandlers(restoreAndDie);
    if (::tcsetattr(fd, TCSANOW, &raw) != 0)
        throw SystemError("cannot put the terminal in raw mode");
}

RawMode::~RawMode() {
    restore();
    setDeadlyHandlers(SIG_DFL);
}

} // namespace ctrd::cli

#include "cli/signal_queue.h"

#include "base/error.h"

#include <sys/signalfd.h>
#include <unistd.h>

namespace ctrd::cli {

SignalQueue::SignalQueue(const std::vector<int>& signals) {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : signals)
        ::sigaddset(&set, signal);
    fd_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_) throw SystemError("cannot make a descriptor for signals");
    ::sigprocmask(SIG_BLOCK, &set, &before_);
}

SignalQueue::~SignalQueue() {
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> SignalQueue::next() {
    signalfd_siginfo info = {};
    const ssize_t got = TEMP_FAILURE_RETRY(::read(fd_.get(), &info, sizeof info));
    if (got != sizeof info) return std::nullopt;
    return static_cast<int>(info.ssi_signo);
}

std::vector<int> proxiedSignals() {
    return {SIGHUP,  SIGINT,   SIGQUIT,   SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP,
            SIGCONT, SIGWINCH, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGIO,   SIGPWR};
}

} // namespace ctrd::cli

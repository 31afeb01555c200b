#include "exec/setup/stand_in.h"

#include "base/error.h"
#include "base/finally.h"
#include "base/path.h"
#include "base/strings.h"
#include "exec/setup/end_as.h"
#include "kernel/namespace.h"

#include <algorithm>
#include <csignal>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace ctrd::exec::setup {

namespace {

sigset_t allSignals() {
    sigset_t all;
    sigfillset(&all);
    return all;
}

// They are blocked.
Fd takeSignals() {
    const sigset_t all = allSignals();
    Fd fd(signalfd(-1, &all, SFD_CLOEXEC));
    if (!fd) throw SystemError("create a signal descriptor");
    return fd;
}

void serve(const Fd& line, const Fd& signals) {
    pollfd ready[] = {{line.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
    for (;;) {
        if (poll(ready, 2, -1) < 0) continue; // EINTR
        int status = 0;
        if (ready[0].revents != 0)
            endAs(readFully(line.get(), &status, sizeof status) == sizeof status ? status
                                                                                 : SIGKILL);
        signalfd_siginfo info{};
        if (ready[1].revents == 0 || read(signals.get(), &info, sizeof info) != sizeof info)
            continue;
        const int number = static_cast<int>(info.ssi_signo);
        writeAll(line.get(), &number, sizeof number);
    }
}

[[noreturn]] void standIn(const Fd& line) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    closeAllBut({line.get()});
    try {
        serve(line, takeSignals());
    } catch (const SystemError&) {
        // The line broke while a signal was on its way: the process is gone.
    }
    endAs(SIGKILL);
}

} // namespace

pid_t makeStandIn(const Fd& line) {
    const sigset_t all = allSignals();
    sigset_t before;
    sigprocmask(SIG_SETMASK, &all, &before);
    const Finally restore([&] { sigprocmask(SIG_SETMASK, &before, nullptr); });
    const pid_t pid = kernel::forkInto(0);
    if (pid == 0) standIn(line);
    return pid;
}

void closeAllBut(const std::vector<int>& kept) {
    for (const auto& name : listDir("/proc/self/fd")) {
        const auto fd = parseInt(name);
        if (fd && *fd > 2 && std::find(kept.begin(), kept.end(), *fd) == kept.end())
            close(static_cast<int>(*fd));
    }
}

} // namespace ctrd::exec::setup

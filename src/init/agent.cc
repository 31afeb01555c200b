// ctrd-init as the maker of processes, for kernels that let nobody else into the container.

#include "exec/setup/agent.h"

#include "base/error.h"
#include "exec/setup/child.h"
#include "exec/setup/first_process.h"
#include "exec/setup/process.h"
#include "exec/setup/report.h"
#include "exec/setup/stdio.h"
#include "init/modes.h"

#include <cerrno>
#include <map>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PR_SET_CHILD_SUBREAPER
#define PR_SET_CHILD_SUBREAPER 36
#endif

namespace ctrd::init {

using exec::setup::AgentRequest;

namespace {

[[noreturn]] void becomeRequested(const AgentRequest& request) {
    exec::setup::runReporting(request.report.get(), [&] {
        exec::setup::resetSignals();
        exec::setup::dieWithParent();
        exec::setup::forbidTracing();
        exec::setup::placeStdio(request.stdio);
        exec::setup::setProcAttributes(request.process);
        umask(022);
        exec::setup::startSession();
        if (request.console) exec::setup::reopenTerminal(exec::setup::kConsole);
        if (request.process.tty) exec::setup::takeTerminal(request.process);
        exec::setup::becomeProgram(request.process);
    });
}

class Agent {
public:
    explicit Agent(int socket) : socket_(socket), signals_(takeSignals()) {}

    int serve() {
        while (!ended_)
            waitAndHandle();
        return exitCode_;
    }

private:
    static Fd takeSignals() {
        const sigset_t forwarded = forwardedSignals();
        sigprocmask(SIG_SETMASK, &forwarded, nullptr);
        Fd fd(signalfd(-1, &forwarded, SFD_CLOEXEC));
        if (!fd) throw SystemError("create a signal descriptor");
        return fd;
    }

    void waitAndHandle() {
        std::vector<pollfd> ready = {{socket_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}};
        for (const auto& line : lines_)
            ready.push_back({line.second.get(), POLLIN, 0});
        if (poll(ready.data(), ready.size(), -1) < 0) return; // EINTR
        // The lines first: a request changes their number.
        for (size_t i = 2; i < ready.size(); ++i)
            if (ready[i].revents != 0) handleLine(ready[i].fd);
        if (ready[0].revents != 0) handleRequest();
        if (ready[1].revents != 0) handleSignal();
    }

    void handleRequest() {
        auto request = exec::setup::receiveRequest(socket_.get());
        if (!request) {
            ended_ = true; // the driver is gone, and with it the container
            exitCode_ = exec::kNotStarted;
            return;
        }
        const pid_t pid = fork();
        if (pid == 0) becomeRequested(*request);
        if (pid < 0) {
            const SystemError failed("make a process in the container");
            writeAll(request->report.get(),
                     exec::setup::describeFailure(std::make_exception_ptr(failed)));
            return;
        }
        if (request->first) first_ = pid;
        if (request->line) lines_[pid] = std::move(request->line);
    }

    void handleSignal() {
        signalfd_siginfo info{};
        if (read(signals_.get(), &info, sizeof info) != sizeof info) return;
        const int number = static_cast<int>(info.ssi_signo);
        if (number == SIGCHLD)
            collect();
        else if (first_ > 0 && number != SIGTTIN && number != SIGTTOU)
            kill(first_, number);
    }

    void collect() {
        int status = 0;
        for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
            if (pid == first_) {
                ended_ = true;
                exitCode_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            }
            const auto line = lines_.find(pid);
            if (line == lines_.end()) continue;
            // EPIPE: nobody stands for it, or no more.  A SIGPIPE of ours would be handed on to the
            // container's first process.
            (void)!send(line->second.get(), &status, sizeof status, MSG_NOSIGNAL);
            lines_.erase(line);
        }
    }

    // The number of a signal for the process, or the end of what stands for it.
    void handleLine(int fd) {
        for (auto line = lines_.begin(); line != lines_.end(); ++line) {
            if (line->second.get() != fd) continue;
            int number = SIGKILL;
            const bool told = readFully(fd, &number, sizeof number) == sizeof number;
            kill(line->first, told ? number : SIGKILL);
            if (!told) lines_.erase(line);
            return;
        }
    }

    Fd socket_, signals_;
    std::map<pid_t, Fd> lines_;
    pid_t first_ = 0;
    bool ended_ = false;
    int exitCode_ = 0;
};

} // namespace

int serveRequests(int socket) {
    // Where it is not the first process of a pid namespace; EINVAL before Linux 3.4.
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    exec::setup::forbidTracing(); // it holds every capability
    setCloseOnExec(socket, true);
    try {
        return Agent(socket).serve();
    } catch (const std::exception&) {
        return exec::kNotStarted; // the driver sees the socket close
    }
}

} // namespace ctrd::init

#include "unit/monitor/fake_driver.h"

#include "base/process.h"
#include "base/strings.h"
#include "kernel/tty.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::monitor::testing {

namespace {

using exec::StartError;

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (const auto& s : strings)
        result.push_back(const_cast<char*>(s.c_str()));
    result.push_back(nullptr);
    return result;
}

// The child's side: ends in execve, or returns errno.
int become(const exec::ProcessSpec& process, const exec::Stdio& stdio) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int number = 1; number < 32; ++number)
        std::signal(number, SIG_DFL);
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (process.tty) kernel::takeControllingTerminal(stdio.in.get());
    dup2(stdio.in.get(), 0);
    dup2(stdio.out.get(), 1);
    dup2(stdio.err.get(), 2);
    const auto args = pointers(process.args);
    execvp(args[0], args.data());
    return errno;
}

pid_t spawn(const exec::ProcessSpec& process, const exec::Stdio& stdio) {
    Pipe report = Pipe::create();
    const pid_t pid = fork();
    if (pid < 0) throw SystemError("fork");
    if (pid == 0) {
        const int error = become(process, stdio);
        writeAll(report.writeEnd.get(), &error, sizeof error);
        _exit(127);
    }
    report.writeEnd.reset();
    int error = 0;
    if (readFully(report.readEnd.get(), &error, sizeof error) == 0) return pid;
    waitpid(pid, nullptr, 0);
    throw StartError(ErrorKind::InvalidArgument,
                     "cannot run '" + process.args[0] + "': " + std::strerror(error),
                     error == ENOENT ? 127 : 126);
}

class FakeDriver : public exec::Driver {
public:
    std::string name() const override { return "fake"; }

    exec::Started start(const exec::Command& command, exec::Stdio stdio) override {
        pid_ = spawn(command.process, stdio);
        return {pid_, pid_};
    }

    exec::ExitStatus exitStatus(int rawWaitStatus) override {
        exec::ExitStatus status;
        status.code = WaitStatus{rawWaitStatus}.code();
        if (WIFSIGNALED(rawWaitStatus)) status.signal = WTERMSIG(rawWaitStatus);
        return status;
    }

    pid_t exec(const exec::ProcessSpec& process, exec::Stdio stdio) override {
        return spawn(process, stdio);
    }

    void signal(int signal) override { ::kill(pid_, signal); }

    void pause() override {
        if (std::exchange(paused_, true)) throw conflict("it is paused");
        ::kill(pid_, SIGSTOP);
    }
    void unpause() override {
        if (!std::exchange(paused_, false)) throw conflict("it is not paused");
        ::kill(pid_, SIGCONT);
    }

    std::vector<pid_t> pids() override { return {pid_}; }

    kernel::Stats stats() override {
        kernel::Stats stats;
        stats.pids = 1;
        stats.memoryUsage = 4096;
        return stats;
    }

    void update(const kernel::Resources& resources) override {
        if (resources.memory == 1) eventfd_write(oom_.get(), 1);
    }

    int oomEvent() override { return oom_.get(); }

    void clean(const exec::Command& command) override {
        for (const auto& option : command.driverOptions)
            if (startsWith(option, "cleaned="))
                openFile(option.substr(8), O_WRONLY | O_CREAT, 0600);
    }

private:
    pid_t pid_ = -1;
    bool paused_ = false;
    Fd oom_{eventfd(0, EFD_CLOEXEC)};
};

} // namespace

std::unique_ptr<exec::Driver> createFakeDriver(const exec::Command& command) {
    if (command.driver != "native")
        throw invalidArgument("unknown exec driver '" + command.driver + "'");
    return std::make_unique<FakeDriver>();
}

} // namespace ctrd::monitor::testing

#include "exec/setup/child.h"

#include "exec/setup/report.h"
#include "kernel/namespace.h"

#include <cerrno>
#include <csignal>
#include <cstdint>

#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::exec::setup {

namespace {

// What the system call takes; EINVAL for KILL and STOP alone.
struct KernelSigaction {
    void (*handler)(int) = SIG_DFL;
    unsigned long flags = 0;
    void (*restorer)() = nullptr;
    uint64_t mask = 0;
};

void waitFor(pid_t pid) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

// Without the reading end, whose last copy must be the parent's: dieWithParent() asks for it.
[[noreturn]] void runBody(Fd& readEnd, int report, const std::function<void()>& body) {
    readEnd.reset();
    runReporting(report, [&] {
        resetSignals();
        body();
    });
}

} // namespace

Child::Child(int cloneFlags, const Fd& pidNamespace, const std::function<void()>& body) {
    Pipe report = Pipe::create();
    const int reportEnd = report.writeEnd.get();
    report_ = std::move(report.readEnd);
    if (!pidNamespace) {
        pid_ = kernel::forkInto(cloneFlags);
        if (pid_ == 0) runBody(report_, reportEnd, body);
        return;
    }
    // setns leaves the caller's own pid namespace alone and changes only its children's, so a
    // helper goes in and makes the process in our name.
    Pipe numbers = Pipe::create();
    const pid_t helper = kernel::forkInto(0);
    if (helper == 0)
        runBody(report_, reportEnd, [&] {
            // The container sees the process from its first moment on; what it is a copy of is not
            // the container's to trace.
            forbidTracing();
            kernel::enterNamespace(pidNamespace.get(), kernel::NamespaceKind::Pid);
            const pid_t pid = kernel::forkInto(cloneFlags | CLONE_PARENT);
            if (pid == 0) runBody(report_, reportEnd, body);
            writeAll(numbers.writeEnd.get(), &pid, sizeof pid);
            _exit(0);
        });
    numbers.writeEnd.reset();
    report.writeEnd.reset();
    readNumber(numbers.readEnd, helper);
}

void Child::readNumber(const Fd& numbers, pid_t helper) {
    pid_t pid = -1;
    const size_t size = ctrd::readFully(numbers.get(), &pid, sizeof pid);
    waitFor(helper);
    if (size == sizeof pid)
        pid_ = pid;
    else
        throw parseFailure(readAll(report_.get()));
}

Child::~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitFor(pid_);
}

void Child::waitForProgram() {
    awaitProgram(report_);
    report_.reset();
}

pid_t Child::release() {
    return std::exchange(pid_, -1);
}

void forbidTracing() {
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) throw SystemError("forbid tracing");
}

void resetSignals() {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    // Not signal(3): the C library keeps two for itself and refuses them, yet a parent that had
    // them ignored handed that on.
    const KernelSigaction byDefault{};
    for (int signal = 1; signal < NSIG; ++signal)
        syscall(SYS_rt_sigaction, signal, &byDefault, nullptr, sizeof byDefault.mask);
}

} // namespace ctrd::exec::setup

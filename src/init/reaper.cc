#include "init/modes.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PR_SET_CHILD_SUBREAPER
#define PR_SET_CHILD_SUBREAPER 36
#endif

namespace ctrd::init {

namespace {

// The child gets the terminal's foreground, or a shell in it would be stopped at its first read.
// ENOTTY: there is no terminal.
void takeForeground() {
    const pid_t group = getpid();
    if (setpgid(0, 0) < 0) return;
    // Whoever asks from the background is stopped by SIGTTOU, unless it is ignored.
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(STDIN_FILENO, group);
    signal(SIGTTOU, SIG_DFL);
}

[[noreturn]] void runCommand(char** argv, const sigset_t& mask) {
    takeForeground();
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    execvp(argv[0], argv);
    const int error = errno;
    dprintf(STDERR_FILENO, "ctrd-init: cannot run '%s': %s\n", argv[0], strerror(error));
    _exit(error == ENOENT ? 127 : 126);
}

// Reaps all that ended.  Returns the command's code once that is among them, -1 before.
int collect(pid_t command) {
    int code = -1;
    for (;;) {
        int status = 0;
        const pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0) return code;
        if (pid == command)
            code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
}

sigset_t blockForwarded() {
    const sigset_t forwarded = forwardedSignals();
    sigset_t before;
    sigprocmask(SIG_SETMASK, &forwarded, &before);
    return before;
}

int serve(pid_t command) {
    const sigset_t forwarded = forwardedSignals();
    for (;;) {
        siginfo_t info;
        const int signal = sigwaitinfo(&forwarded, &info);
        if (signal < 0) continue; // EINTR
        if (signal == SIGCHLD) {
            const int code = collect(command);
            if (code >= 0) return code;
        } else if (signal != SIGTTIN && signal != SIGTTOU) {
            kill(command, signal);
        }
    }
}

} // namespace

int reap(char** command) {
    // Where it is not the first process of a pid namespace; EINVAL before Linux 3.4.
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    const sigset_t before = blockForwarded();
    const pid_t pid = fork();
    if (pid < 0) {
        dprintf(STDERR_FILENO, "ctrd-init: cannot fork: %s\n", strerror(errno));
        return 125;
    }
    if (pid == 0) runCommand(command, before);
    return serve(pid);
}

} // namespace ctrd::init

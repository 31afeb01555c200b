#include "exec/setup/end_as.h"

#include "exec/setup/child.h"

#include <csignal>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::exec::setup {

void endAs(int rawWaitStatus) {
    if (!WIFSIGNALED(rawWaitStatus)) _exit(WEXITSTATUS(rawWaitStatus));
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    resetSignals();
    ::kill(getpid(), WTERMSIG(rawWaitStatus));
    _exit(128 + WTERMSIG(rawWaitStatus)); // a signal that does not end a process
}

} // namespace ctrd::exec::setup

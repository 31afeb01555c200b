#include "exec/lxc/raw_wait.h"

#include <map>

#include <sys/resource.h>
#include <sys/wait.h>

namespace ctrd::exec::lxc {

namespace {

// Not freed: liblxc may wait while the process ends.
std::map<pid_t, int>* waits = nullptr;

} // namespace

void rememberWaits() {
    waits = new std::map<pid_t, int>;
}

std::optional<int> rememberedWait(pid_t pid) {
    const auto found = waits->find(pid);
    return found == waits->end() ? std::nullopt : std::optional<int>(found->second);
}

} // namespace ctrd::exec::lxc

extern "C" pid_t waitpid(pid_t pid, int* status, int options) {
    int raw = 0;
    const pid_t done = wait4(pid, &raw, options, nullptr);
    const bool ended = done > 0 && (WIFEXITED(raw) || WIFSIGNALED(raw));
    if (ended && ctrd::exec::lxc::waits != nullptr) (*ctrd::exec::lxc::waits)[done] = raw;
    if (status != nullptr) *status = raw;
    return done;
}

#include "engine/exec_store.h"

#include "base/error.h"
#include "base/ids.h"

namespace ctrd::engine {

namespace {
constexpr int64_t kKept = 300 * kSecond;
}

ExecView Exec::view() const {
    ExecView view;
    view.id = id;
    view.containerId = containerId;
    view.openStdin = request.attachStdin;
    view.openStdout = request.attachStdout;
    view.openStderr = request.attachStderr;
    view.tty = request.tty;
    view.privileged = request.privileged;
    view.user = request.user;
    view.workingDir = request.workingDir;
    view.args = request.cmd;
    const auto now = state.lock();
    view.running = now->running;
    view.exited = now->exited;
    view.exitCode = now->exitCode;
    view.pid = now->pid;
    return view;
}

void Exec::end(int exitCode) {
    const auto now = state.lock();
    if (now->exited) return;
    now->running = false;
    now->exited = true;
    now->exitCode = exitCode;
    now->pid = 0;
    now->endedAt = ctrd::now();
}

ExecPtr ExecStore::add(const std::string& containerId, const ExecCreateRequest& request) {
    auto exec = std::make_shared<Exec>();
    exec->id = newId();
    exec->containerId = containerId;
    exec->request = request;
    const auto execs = execs_.lock();
    sweep(*execs);
    (*execs)[exec->id] = exec;
    return exec;
}

ExecPtr ExecStore::findId(const std::string& id) const {
    const auto execs = execs_.lock();
    const auto at = execs->find(id);
    return at == execs->end() ? nullptr : at->second;
}

ExecPtr ExecStore::find(const std::string& id) const {
    ExecPtr exec = findId(id);
    if (!exec) throw notFound("No such exec instance: " + id);
    return exec;
}

std::vector<ExecPtr> ExecStore::of(const std::string& containerId) const {
    std::vector<ExecPtr> found;
    const auto execs = execs_.lock();
    for (const auto& [id, exec] : *execs)
        if (exec->containerId == containerId) found.push_back(exec);
    return found;
}

void ExecStore::endAll(const std::string& containerId, int exitCode) {
    for (const auto& exec : of(containerId))
        if (exec->state.lock()->started) exec->end(exitCode);
}

void ExecStore::removeAll(const std::string& containerId) {
    const auto execs = execs_.lock();
    for (auto at = execs->begin(); at != execs->end();)
        at = at->second->containerId == containerId ? execs->erase(at) : std::next(at);
}

void ExecStore::sweep(std::map<std::string, ExecPtr>& execs) const {
    const Timestamp before = now() - kKept;
    for (auto at = execs.begin(); at != execs.end();) {
        const Timestamp endedAt = at->second->state.lock()->endedAt;
        at = endedAt != 0 && endedAt < before ? execs.erase(at) : std::next(at);
    }
}

} // namespace ctrd::engine

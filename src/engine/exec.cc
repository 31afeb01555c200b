#include "base/error.h"
#include "base/strings.h"
#include "engine/command_builder.h"
#include "engine/engine_impl.h"
#include "exec/driver.h"
#include "monitor/detach_keys.h"

namespace ctrd::engine {

namespace {

constexpr int kEngineFailed = 125;

void checkRunning(const Container& container) {
    switch (container.status()) {
        case Status::Running:
            return;
        case Status::Paused:
            throw conflict("Container " + container.id() +
                           " is paused, unpause the container before exec");
        case Status::Restarting:
            throw conflict("Container " + container.id() +
                           " is restarting, wait until the container is running");
        default:
            throw conflict("Container " + container.id() + " is not running");
    }
}

ContainerPtr containerOf(const EngineImpl& engine, const Exec& exec) {
    ContainerPtr container = engine.containers.findId(exec.containerId);
    if (!container) throw notFound("No such container: " + exec.containerId);
    return container;
}

// An exec runs once.
void claim(const Exec& exec) {
    const auto state = exec.state.lock();
    if (state->exited) throw conflict("Error: Exec command " + exec.id + " has already run");
    if (state->started) throw conflict("Error: Exec command " + exec.id + " is already running");
    state->started = true;
}

monitor::ExecRequest execRequest(const EngineImpl& engine, const Container& container,
                                 const Exec& exec, uint16_t rows, uint16_t columns) {
    monitor::ExecRequest request;
    request.execId = exec.id;
    const ContainerRecord record = container.lock()->record;
    request.process = execProcessOf(record, exec.request, engine.defaults().ulimits);
    request.process.kernelRelease = kernelToJudgeBy(record, engine.options.kernelRelease);
    request.process.rows = rows;
    request.process.columns = columns;
    request.attach.in = exec.request.attachStdin;
    request.attach.out = exec.request.attachStdout;
    request.attach.err = exec.request.attachStderr;
    request.attach.detachKeys = exec.request.detachKeys;
    return request;
}

// The monitor may report the end before it is known here that it began.
void noteStarted(const Exec& exec, pid_t pid) {
    const auto state = exec.state.lock();
    if (state->exited) return;
    state->running = true;
    state->pid = pid;
}

std::string nameOf(const Exec& exec) {
    return join(exec.request.cmd, " ");
}

} // namespace

std::string Engine::execCreate(const std::string& ref, const ExecCreateRequest& request) {
    if (request.cmd.empty()) throw invalidArgument("No exec command specified");
    if (!request.workingDir.empty() && request.workingDir[0] != '/')
        throw invalidArgument("the working directory '" + request.workingDir +
                              "' is invalid, it needs to be an absolute path");
    monitor::parseDetachKeys(request.detachKeys);
    const ContainerPtr container = impl_->containers.find(ref);
    checkRunning(*container);
    const ExecPtr exec = impl_->execs.add(container->id(), request);
    impl_->emit(*container, "exec_create: " + nameOf(*exec), {{"execID", exec->id}});
    return exec->id;
}

void Engine::execStart(const std::string& execId, bool /*tty*/, uint16_t rows, uint16_t columns,
                       const Hijack& hijack) {
    const ExecPtr exec = impl_->execs.find(execId);
    const ContainerPtr container = containerOf(*impl_, *exec);
    checkRunning(*container);
    monitor::ExecRequest request = execRequest(*impl_, *container, *exec, rows, columns);
    claim(*exec);
    Fd client, copy;
    try {
        if (hijack) {
            HijackedClient hijacked = hijack(exec->request.tty);
            request.attach.pendingInput = std::move(hijacked.pendingInput);
            client = std::move(hijacked.socket);
            copy = duplicate(client.get());
        }
        impl_->emit(*container, "exec_start: " + nameOf(*exec), {{"execID", exec->id}});
        noteStarted(*exec, impl_->ask(*container, [&](monitor::Client& monitor) {
            return monitor.exec(request, std::move(client));
        }));
    } catch (const Error& e) {
        const auto* start = dynamic_cast<const exec::StartError*>(&e);
        exec->end(start != nullptr ? start->exitCode() : kEngineFailed);
        if (!copy) throw;
        setNonBlocking(copy.get(), false);
        tellClient(copy.get(), exec->request.tty, e.what());
    }
}

void Engine::execResize(const std::string& execId, uint16_t rows, uint16_t columns) {
    const ExecPtr exec = impl_->execs.find(execId);
    const ContainerPtr container = containerOf(*impl_, *exec);
    if (!exec->state.lock()->running) throw conflict("Exec command " + execId + " is not running");
    impl_->ask(*container,
               [&](monitor::Client& monitor) { monitor.resizeExec(execId, rows, columns); });
}

ExecView Engine::execInspect(const std::string& execId) const {
    return impl_->execs.find(execId)->view();
}

} // namespace ctrd::engine

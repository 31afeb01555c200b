#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "engine/command_builder.h"
#include "engine/engine_impl.h"
#include "kernel/cgroup.h"
#include "storage/layer_store.h"

#include <csignal>
#include <mutex>

namespace ctrd::engine {

namespace {

using monitor::ExitRecord;

constexpr int64_t kSaveAgain = 5 * kSecond;

// Kills what a monitor that was killed left running, and removes its cgroups.
void cleanCgroup(const std::string& path) {
    static std::mutex one; // libcgroup is not thread safe
    const std::lock_guard<std::mutex> lock(one);
    try {
        const auto tree = kernel::openCgroupTree();
        kernel::Cgroup(*tree, path).destroy();
    } catch (const Error& e) {
        log::warn("cannot remove cgroup '" + path + "': " + e.what());
    }
}

std::optional<ExitRecord> writtenRecord(const Container& container) {
    try {
        return monitor::readExitRecord(container.directory());
    } catch (const Error& e) {
        log::error("cannot tell how container " + container.id() + " ended: " + e.what());
        return std::nullopt;
    }
}

void letGoOfFiles(const EngineImpl& engine, const Container& container) {
    try {
        engine.layers.released(container.id());
    } catch (const Error& e) {
        log::warn("cannot release the files of container " + container.id() + ": " + e.what());
    }
}

// What is to be done once the ending is on disk and told.
struct Aftermath {
    std::optional<int64_t> restartDelay;
    bool autoRemove = false;
};

Aftermath noteEnding(Container::Data& data, const ExitRecord& record, bool mayRestart) {
    ContainerState& state = data.run.state;
    if (record.startedAt != 0) state.startedAt = record.startedAt;
    state.finishedAt = record.finishedAt != 0 ? record.finishedAt : now();
    state.exitCode = record.status.code;
    state.oomKilled = record.status.oomKilled;
    state.error = record.error;
    state.pid = 0;
    data.run.endpoint = {};
    data.monitor.reset();

    Aftermath after;
    const EndedRun run = {state.exitCode, state.finishedAt - state.startedAt,
                          data.run.stoppedByHand};
    if (mayRestart && !data.keepOnEnd)
        after.restartDelay = restartDelay(data.record.hostConfig.restartPolicy, run, data.restarts);
    state.status = after.restartDelay ? Status::Restarting : Status::Exited;
    if (after.restartDelay) ++data.run.restartCount;
    after.autoRemove = data.record.hostConfig.autoRemove && !data.keepOnEnd;
    return after;
}

void endFollowers(Container& container) {
    const auto data = container.lock();
    for (logging::Reader* reader : data->followers)
        reader->stop();
}

void emitDie(EngineImpl& engine, const Container& container, const ExitRecord& record) {
    std::map<std::string, std::string> attributes = {
        {"exitCode", std::to_string(record.status.code)}};
    if (record.status.signal != 0) attributes["signal"] = std::to_string(record.status.signal);
    engine.emit(container, "die", attributes);
}

void noteDetach(EngineImpl& engine, const Container& container, const std::string& execId) {
    if (execId.empty())
        engine.emit(container, "detach");
    else
        engine.emit(container, "exec_detach", {{"execID", execId}});
}

void noteExecEnd(EngineImpl& engine, const Container& container, const monitor::Event& event) {
    const ExecPtr exec = engine.execs.findId(event.execId);
    if (!exec) return; // of a ctrd before this one
    exec->end(event.exitCode);
    engine.emit(container, "exec_die",
                {{"exitCode", std::to_string(event.exitCode)}, {"execID", event.execId}});
}

void wakeWaiters(Container& container, int exitCode) {
    {
        const auto data = container.lock();
        ++data->endings;
        data->lastExitCode = exitCode;
    }
    container.notify();
}

} // namespace

void EngineImpl::watch(const ContainerPtr& container,
                       const std::shared_ptr<monitor::Client>& client) {
    // One run ends once: Gone follows Exit.
    auto ended = std::make_shared<bool>(false);
    watcher_.watch(client, [this, container, client, ended](const monitor::Event& event) {
        using Kind = monitor::Event::Kind;
        switch (event.kind) {
            case Kind::Oom:
                emit(*container, "oom");
                return;
            case Kind::Detach:
                noteDetach(*this, *container, event.execId);
                return;
            case Kind::ExecExit:
                noteExecEnd(*this, *container, event);
                client->acknowledge(event);
                return;
            case Kind::Exit:
            case Kind::Gone:
                break;
        }
        if (std::exchange(*ended, true)) return;
        runJob([this, container, client, event] {
            settle(container, event.kind == Kind::Exit ? event.exit : recordOfLost(*container),
                   [&] { client->acknowledge(event); });
        });
    });
}

monitor::ExitRecord EngineImpl::recordOfLost(const Container& container) {
    if (const auto written = writtenRecord(container)) return *written;
    const ContainerRecord record = container.lock()->record;
    const std::string& parent = record.hostConfig.cgroupParent;
    cleanCgroup(cgroupPath(parent.empty() ? options.cgroupParent : parent, record.id));
    ExitRecord lost;
    lost.status.code = 128 + SIGKILL;
    lost.status.signal = SIGKILL;
    lost.finishedAt = now();
    lost.error = "its monitor was killed";
    return lost;
}

void EngineImpl::settle(const ContainerPtr& container, const ExitRecord& record,
                        const std::function<void()>& noted) {
    const auto operation = container->operate();
    const network::Endpoint endpoint = container->lock()->run.endpoint;
    Undo made; // by the start of this run
    // Which a monitor that was killed leaves behind.
    made.add([&] { removePath(monitorSocket(container->id())); });
    made.add([&] { closeSandbox(endpoint); });
    made.run();

    const Aftermath after = noteEnding(*container->lock(), record, !halting);
    // An AutoRemove container's exit.json is all that a crash of ctrd leaves to be settled.
    if (!after.autoRemove && saveRun(*container))
        removePath(container->file(monitor::kExitRecordName));
    execs.endAll(container->id(), 128 + SIGKILL);
    endFollowers(*container);
    emitDie(*this, *container, record);
    emitMounts(*container, "unmount");
    wakeWaiters(*container, record.status.code);
    if (noted) noted();
    letGoOfFiles(*this, *container); // now that its monitor may end
    if (after.restartDelay) planRestart(container, *after.restartDelay);
    if (after.autoRemove) remove(container, Anonymous::Remove);
}

bool EngineImpl::saveRun(const Container& container) {
    try {
        container.saveRun(Durable::No);
        return true;
    } catch (const SystemError& e) {
        log::error(std::string(e.what()) + "; it is tried again in a while");
        watcher_.after(kSaveAgain,
                       [this, id = container.id()] { runJob([this, id] { saveAgain(id); }); });
        return false;
    }
}

void EngineImpl::saveAgain(const std::string& id) {
    const ContainerPtr container = containers.findId(id);
    if (!container) return;
    const auto operation = container->operate();
    if (container->lock()->removed || !saveRun(*container)) return;
    if (!container->isRunning()) removePath(container->file(monitor::kExitRecordName));
}

void EngineImpl::planRestart(const ContainerPtr& container, int64_t delay) {
    const uint64_t ticket = ++container->lock()->restartTicket;
    watcher_.after(delay, [this, container, ticket] {
        runJob([this, container, ticket] { restartByPolicy(container, ticket); });
    });
}

void EngineImpl::restartByPolicy(const ContainerPtr& container, uint64_t ticket) {
    if (halting) return;
    const auto operation = container->operate();
    {
        const auto data = container->lock();
        if (data->restartTicket != ticket || data->run.state.status != Status::Restarting) return;
    }
    try {
        start(container);
    } catch (const std::exception& e) {
        log::warn("cannot restart container " + container->id() + ": " + e.what());
        std::optional<int64_t> delay;
        {
            const auto data = container->lock();
            const EndedRun failed = {data->run.state.exitCode, 0, false};
            delay = restartDelay(data->record.hostConfig.restartPolicy, failed, data->restarts);
        }
        if (delay) return planRestart(container, *delay);
        container->become(Status::Exited);
        saveRun(*container);
    }
}

bool EngineImpl::callOffRestart(Container& container) {
    {
        const auto data = container.lock();
        if (data->run.state.status != Status::Restarting) return false;
        ++data->restartTicket;
    }
    container.become(Status::Exited);
    return true;
}

} // namespace ctrd::engine

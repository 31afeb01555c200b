#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "engine/command_builder.h"
#include "engine/engine_impl.h"
#include "engine/file_access.h"
#include "storage/layer_store.h"

#include <csignal>
#include <utility>

namespace ctrd::engine {

namespace {

// A client that takes nothing holds up no start for longer.
constexpr int64_t kArrivalPatience = 2 * kSecond;
constexpr int kEngineFailed = 125; // as `run` exits where the daemon, not the program, failed

using PendingAttaches = std::vector<Container::PendingAttach>;

PendingAttaches takeAttaches(Container::Data& data) {
    return std::exchange(data.attaches, {});
}

// A client that cannot be handed over is let go; the container starts without it.
void handOver(monitor::Client& client, PendingAttaches attaches) {
    for (auto& attach : attaches) {
        try {
            client.attach(attach.request, std::move(attach.client));
        } catch (const Error& e) {
            log::warn(std::string("cannot attach a client: ") + e.what());
        }
    }
}

monitor::LaunchRequest launchRequest(const EngineImpl& engine, const Container& container,
                                     const ContainerRecord& record) {
    CommandContext context;
    context.rootfs = engine.layers.mountOf(record.id, "");
    // After a crash of the host the next ctrd removes it anyway; and unmounting an overlay waits
    // until all that its file system has not written yet, whoever wrote it, is on the disk.
    if (record.hostConfig.autoRemove) engine.layers.driver().forgoSyncs(context.rootfs);
    context.nameFiles = engine.nameFilesOf(container, record);
    context.cgroupParent = engine.options.cgroupParent;
    context.initProgram = engine.options.initProgram;
    context.defaultUlimits = engine.defaults().ulimits;
    const EngineImpl::SharedMemory shared = engine.sharedMemoryOf(record.hostConfig);
    context.sharedMemory = shared.directory;
    context.pidOf = [&](const std::string& ref) { return engine.pidOf(ref); };
    monitor::LaunchRequest request;
    request.command = buildCommand(record, context);
    request.sharedMount = shared.mount;
    request.mountNamespace = shared.mountNamespace;
    request.command.process.kernelRelease = kernelToJudgeBy(record, engine.options.kernelRelease);
    request.stateDirectory = container.directory();
    request.runDirectory = engine.options.runDirectory;
    request.logDriver = record.hostConfig.logConfig.type;
    request.logOptions = record.hostConfig.logConfig.config;
    request.logPath = container.logPath();
    request.openStdin = record.config.openStdin;
    request.stdinOnce = record.config.stdinOnce;
    return request;
}

// What state.json says from before the monitor starts the container: were ctrd to die now, the next
// one would look for a monitor.
RunRecord startingRun(const Container& container, const network::Endpoint& endpoint) {
    RunRecord run = container.lock()->run;
    const Timestamp finishedAt = run.state.finishedAt; // of the run before, as Docker keeps it
    run.state = {};
    run.state.status = Status::Running;
    run.state.startedAt = now();
    run.state.finishedAt = finishedAt;
    run.endpoint = endpoint;
    return run;
}

void launch(EngineImpl& engine, const ContainerPtr& container) {
    if (engine.halting)
        throw unavailable("ctrd stops together with its host: no container is started any more");
    Undo undo;
    const ContainerRecord record = container->lock()->record;
    engine.checkSharing(record.hostConfig);
    // First: one that does not stand ready gets on its feet while everything else is made ready.
    const std::shared_ptr<monitor::Client> client = engine.takeMonitor();
    for (const auto& mount : record.hostConfig.mounts)
        if (mount.createSource && !exists(mount.source)) makeDirs(mount.source);
    EngineImpl::Sandbox sandbox = engine.openSandbox(record, undo);
    undo.add([&engine, id = record.id] { removePath(engine.monitorSocket(id)); });
    removePath(container->file(monitor::kExitRecordName)); // of the run before
    undo.add([&engine, id = record.id] { engine.layers.released(id); });
    // Early, so that it prepares itself while the files are written and the network is made.
    client->launch(launchRequest(engine, *container, record));
    engine.writeNameFiles(*container, record, sandbox.endpoint);

    RunRecord run = startingRun(*container, sandbox.endpoint);
    container->saveRun(run, Durable::No);
    const Fd networkNamespace = engine.joinSandbox(sandbox, undo);
    container->waitFor(kArrivalPatience, [](const auto& data) { return data.arriving == 0; });
    PendingAttaches early = takeAttaches(*container->lock());
    handOver(*client, std::move(early));
    const monitor::Client::Started started = client->start(networkNamespace);
    run.state.pid = started.pid;
    run.state.startedAt = started.startedAt;
    undo.add([client] { client->signal(SIGKILL); });
    engine.watch(container, client); // what it tells waits for the lock of this verb
    undo.keepAll();

    PendingAttaches late; // who came while the program was being started
    {
        const auto data = container->lock();
        run.restartCount = data->run.restartCount;
        run.stoppedByHand = data->run.stoppedByHand;
        data->run = run;
        data->monitor = client;
        late = takeAttaches(*data);
    }
    container->notify();
    engine.emitMounts(*container, "mount");
    engine.emit(*container, "start");
    handOver(*client, std::move(late));
}

void noteFailure(EngineImpl& engine, const ContainerPtr& container, const std::string& error,
                 int exitCode) {
    PendingAttaches attaches; // closed: nothing will come
    bool autoRemove = false;
    {
        const auto data = container->lock();
        data->run.state.error = error;
        data->run.state.exitCode = data->lastExitCode = exitCode;
        attaches = takeAttaches(*data);
        autoRemove = data->record.hostConfig.autoRemove && !data->keepOnEnd;
    }
    if (autoRemove)
        engine.remove(container, EngineImpl::Anonymous::Remove);
    else
        container->saveRun(Durable::No);
}

} // namespace

void EngineImpl::start(const ContainerPtr& container) {
    try {
        launch(*this, container);
    } catch (const exec::StartError& e) {
        noteFailure(*this, container, e.what(), e.exitCode());
        throw;
    } catch (const std::exception& e) {
        noteFailure(*this, container, e.what(), kEngineFailed);
        throw;
    }
}

bool Engine::start(const std::string& ref) {
    const ContainerPtr container = impl_->containers.find(ref);
    const auto operation = container->operate();
    if (container->lock()->removed) throw notFound("No such container: " + ref);
    switch (container->status()) {
        case Status::Running:
            return false;
        case Status::Paused:
            throw conflict("cannot start a paused container, try unpause instead: " + ref);
        case Status::Removing:
        case Status::Dead:
            throw conflict("container is marked for removal and cannot be started: " + ref);
        default:
            break;
    }
    requireFilesUnused(*container, "started");
    impl_->callOffRestart(*container);
    {
        const auto data = container->lock();
        data->run.stoppedByHand = false;
        data->run.restartCount = 0;
        data->restarts = {};
    }
    impl_->start(container);
    return true;
}

} // namespace ctrd::engine

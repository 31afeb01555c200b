#include "base/error.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "engine/engine_impl.h"
#include "storage/layer_store.h"

#include <csignal>
#include <set>

namespace ctrd::engine {

namespace {

// A directory without a record is a container half-made or half-removed.
void sweep(EngineImpl& engine, const std::string& name, const std::string& directory) {
    log::info("removing what is left of container " + name);
    engine.sweepNewVolumes(directory);
    if (isFullId(name)) engine.layers.removeContainerLayer(name);
    removeTree(directory);
}

ContainerPtr load(const std::string& directory) {
    const std::string config = joinPath(directory, "config.json");
    const std::string state = joinPath(directory, "state.json");
    ContainerRecord record = containerRecordFromJson(parseJson(readFile(config), config));
    if (record.id != baseName(directory))
        throw internalError("'" + config + "' is of container '" + record.id + "'");
    RunRecord run;
    if (exists(state)) run = runRecordFromJson(parseJson(readFile(state), state));
    return std::make_shared<Container>(std::move(record), std::move(run), directory);
}

// One that cannot be read stays as it is, for an admin to look at.
void loadAll(EngineImpl& engine) {
    for (const auto& name : listDir(engine.containersDirectory())) {
        const std::string directory = joinPath(engine.containersDirectory(), name);
        try {
            if (!exists(joinPath(directory, "config.json"))) {
                sweep(engine, name, directory);
                continue;
            }
            EngineImpl::forgetNewVolumes(directory); // its record knows them
            const ContainerPtr container = load(directory);
            engine.containers.reserveName(container->lock()->record.name, container->id());
            engine.containers.add(container);
        } catch (const Error& e) {
            log::error("cannot read container " + name + ": " + e.what());
        }
    }
}

void sweepLayers(EngineImpl& engine) {
    const auto names = listDir(engine.containersDirectory());
    const std::set<std::string> known(names.begin(), names.end());
    for (const auto& id : engine.layers.containerIds())
        if (known.count(id) == 0) engine.layers.removeContainerLayer(id);
}

// The monitor of a container that nobody knows any more is told to end.
void sweepSockets(EngineImpl& engine) {
    const std::string& directory = engine.options.runDirectory;
    for (const auto& name : listDir(directory)) {
        const std::string id = name.substr(0, name.find('.'));
        if (!isFullId(id) || exists(joinPath(engine.containersDirectory(), id))) continue;
        if (const auto client = monitor::Client::connect(directory, id)) client->signal(SIGKILL);
        removeTree(joinPath(directory, name));
    }
}

void restoreNetwork(EngineImpl& engine, const network::Endpoint& endpoint) {
    const auto at = engine.networks.find(endpoint.network);
    if (at != engine.networks.end()) at->second->restoreEndpoint(endpoint);
}

// Whether its monitor lives and was found again.
bool reconnect(EngineImpl& engine, const ContainerPtr& container) {
    try {
        const std::shared_ptr<monitor::Client> client =
            monitor::Client::connect(engine.options.runDirectory, container->id());
        if (!client) return false;
        const auto started = client->state();
        {
            const auto data = container->lock();
            data->run.state.pid = started.pid;
            data->run.state.startedAt = started.startedAt;
            data->monitor = client;
        }
        engine.watch(container, client);
        return true;
    } catch (const Error& e) {
        // It runs, and another release of ctrd will know what to do with it.
        if (e.kind() == ErrorKind::NotSupported) throw;
        log::warn("cannot find the monitor of container " + container->id() + ": " + e.what());
        return false;
    }
}

void settleRemoval(EngineImpl& engine, const ContainerPtr& container) {
    const auto operation = container->operate();
    bool withVolumes = false;
    {
        const auto data = container->lock();
        data->run.state.status = Status::Exited; // as before the removal began
        withVolumes = data->run.removesVolumes || data->record.hostConfig.autoRemove;
    }
    engine.remove(container,
                  withVolumes ? EngineImpl::Anonymous::Remove : EngineImpl::Anonymous::Keep);
}

// One that would restart at once by its policy does so in the order of all.
bool takesItsTurn(Container& container) {
    const auto data = container.lock();
    if (data->run.state.status != Status::Restarting) return false;
    ++data->restartTicket; // the plan is called off
    return true;
}

// By what state.json says of it.  Whether its restart policy has it start with the daemon.
bool settleOne(EngineImpl& engine, const ContainerPtr& container) {
    switch (container->status()) {
        case Status::Running:
        case Status::Paused: {
            restoreNetwork(engine, RunRecord(container->lock()->run).endpoint);
            if (reconnect(engine, container)) return false;
            engine.settle(container, engine.recordOfLost(*container));
            return takesItsTurn(*container);
        }
        case Status::Removing:
        case Status::Dead:
            settleRemoval(engine, container);
            return false;
        case Status::Restarting:
            return true;
        case Status::Created:
            return false;
        case Status::Exited:
            break;
    }
    const ContainerRecord record = container->lock()->record;
    if (record.hostConfig.autoRemove) {
        settleRemoval(engine, container);
        return false;
    }
    const RunRecord run = container->lock()->run;
    const EndedRun ended = {run.state.exitCode, 0, run.stoppedByHand};
    return startsWithDaemon(record.hostConfig.restartPolicy, ended, run.restartCount);
}

} // namespace

void EngineImpl::recover() {
    loadAll(*this);
    sweepLayers(*this);
    sweepSockets(*this);
    std::vector<ContainerPtr> starting;
    for (const auto& container : containers.all()) {
        try {
            if (settleOne(*this, container)) starting.push_back(container);
        } catch (const std::exception& e) {
            log::error("cannot settle container " + container->id() + ": " + e.what());
        }
    }
    startInOrder(starting);
}

void EngineImpl::startInOrder(const std::vector<ContainerPtr>& starting) {
    for (const auto& container : starting)
        container->lock()->run.state.status = Status::Restarting;
    BootOrder order = bootOrderOf(starting);
    for (const auto& container : order.unplaced)
        planRestart(container, 0);
    for (auto& group : order.groups) {
        auto ranks = std::make_shared<const StartGroup>(std::move(group));
        runJob([this, ranks] { startRank(ranks, 0); });
    }
}

void EngineImpl::startRank(const std::shared_ptr<const StartGroup>& group, size_t index) {
    const StartRank& rank = group->at(index);
    for (const auto& container : rank.containers) {
        // One that was started or stopped by hand meanwhile has another status.
        const uint64_t ticket = container->lock()->restartTicket;
        restartByPolicy(container, ticket);
    }
    if (index + 1 == group->size()) return;
    watcher_.after(rank.delay, [this, group, index] {
        runJob([this, group, index] { startRank(group, index + 1); });
    });
}

} // namespace ctrd::engine

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "engine/engine_impl.h"
#include "engine/file_access.h"
#include "storage/layer_store.h"

namespace ctrd::engine {

namespace {

void removeFiles(EngineImpl& engine, Container& container) {
    engine.layers.removeContainerLayer(container.id());
    // Its record goes first: a directory without one is rubbish that the next ctrd sweeps away.
    removePath(container.file("config.json"));
    removeTree(container.directory());
}

// Makes rubbish of its directory for whoever starts next, at the price of a rename: its name may be
// another's before its files are gone.
void disownFiles(const Container& container) {
    renamePath(container.file("config.json"), container.file("config.json.forgotten"));
}

// Nobody can name it any more, and those who wait for its removal go on.
void forget(EngineImpl& engine, const ContainerPtr& container) {
    engine.containers.remove(*container);
    engine.execs.removeAll(container->id());
    std::vector<Container::PendingAttach> attaches; // closed without a lock
    {
        const auto data = container->lock();
        data->removed = true;
        attaches = std::move(data->attaches);
        data->attaches.clear();
    }
    engine.emit(*container, "destroy");
    container->notify();
}

void removeFilesOfForgotten(EngineImpl& engine, Container& container) {
    try {
        removeFiles(engine, container);
    } catch (const Error& e) {
        log::error("cannot remove the files of container " + container.id() +
                   " now, the next start of ctrd does: " + e.what());
    }
}

} // namespace

void EngineImpl::remove(const ContainerPtr& container, Anonymous anonymous) {
    container->become(Status::Removing);
    container->lock()->run.removesVolumes = anonymous == Anonymous::Remove;
    const ContainerRecord record = container->lock()->record;
    // Those of AutoRemove are known as such by their record.
    const bool isAutoRemove = record.hostConfig.autoRemove;
    if (!isAutoRemove) saveRun(*container);
    try {
        // While the record is there: after a crash the next ctrd goes on with it.
        if (anonymous == Anonymous::Remove) removeAnonymousVolumes(record);
        if (isAutoRemove)
            disownFiles(*container);
        else
            removeFiles(*this, *container);
    } catch (const Error& e) {
        container->lock()->run.state.error = e.what();
        container->become(Status::Dead);
        throw;
    }
    forget(*this, container);
    // Nobody asked for the space: a client of `run --rm` need not wait until the file system has
    // let go of each file, which it does slowly where it is mounted with `discard`.
    if (isAutoRemove) removeFilesOfForgotten(*this, *container);
}

void Engine::remove(const std::string& ref, const RemoveOptions& options) {
    if (options.link) throw notSupported("links are not built yet, so there is none to remove");
    const ContainerPtr container = impl_->containers.find(ref);
    if (options.force) impl_->killAndWait(container);
    const auto operation = container->operate();
    if (container->lock()->removed) {
        if (options.force) return; // AutoRemove was faster
        throw notFound("No such container: " + ref);
    }
    switch (container->status()) {
        case Status::Running:
        case Status::Restarting:
            throw conflict("You cannot remove a running container " + container->id() +
                           ". Stop the container before attempting removal or force remove");
        case Status::Paused:
            throw conflict(
                "You cannot remove a paused container " + container->id() +
                ". Unpause and then stop the container before attempting removal or force "
                "remove");
        default:
            break;
    }
    requireFilesUnused(*container, "removed");
    impl_->remove(container,
                  options.volumes ? EngineImpl::Anonymous::Remove : EngineImpl::Anonymous::Keep);
}

} // namespace ctrd::engine

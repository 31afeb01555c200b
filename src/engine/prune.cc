#include "archive/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "engine/engine_impl.h"
#include "storage/layer_store.h"
#include "volume/usage.h"

#include <set>

namespace ctrd::engine {

namespace {

void emitPrune(EngineImpl& engine, const std::string& type, int64_t reclaimed) {
    Event event;
    event.type = type;
    event.action = "prune";
    event.attributes["reclaimed"] = std::to_string(reclaimed);
    event.time = now();
    engine.events.publish(std::move(event));
}

// Somebody may start, use or remove what a prune is about to take: it goes on with the rest.
template <typename F>
void unlessInUse(F action) {
    try {
        action();
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::Conflict && e.kind() != ErrorKind::NotFound) throw;
        log::debug(std::string("left out of a prune: ") + e.what());
    }
}

std::map<archive::Digest, int64_t> layerSizes(const storage::LayerStore& layers) {
    std::map<archive::Digest, int64_t> sizes;
    for (const auto& layer : layers.list())
        sizes[layer.chainId] = layer.size;
    return sizes;
}

} // namespace

Pruned Engine::pruneContainers(const std::function<bool(const ContainerView&)>& wanted) {
    Pruned pruned;
    for (const auto& container : impl_->containers.all()) {
        const ContainerView view = container->view();
        const Status status = view.state.status;
        const bool ended =
            status == Status::Created || status == Status::Exited || status == Status::Dead;
        if (!ended || !wanted(view)) continue;
        unlessInUse([&] {
            const int64_t bytes = impl_->layers.containerSize(view.id);
            remove(view.id, {});
            pruned.containers.push_back(view.id);
            pruned.reclaimed += bytes;
        });
    }
    emitPrune(*impl_, "container", pruned.reclaimed);
    return pruned;
}

Pruned Engine::pruneImages(bool onlyNameless,
                           const std::function<bool(const image::Image&)>& wanted) {
    Pruned pruned;
    const auto images = images_.list();
    std::set<std::string> parents;
    for (const auto& image : images)
        parents.insert(image.parent);
    const auto before = layerSizes(impl_->layers);
    const auto take = [&](const std::string& reference) {
        unlessInUse([&] {
            for (auto& item : removeImage(reference, false, false))
                pruned.images.push_back(std::move(item));
        });
    };
    for (const auto& image : images) {
        const bool nameless = image.repoTags.empty() && image.repoDigests.empty();
        if ((onlyNameless && !nameless) || (nameless && parents.count(image.id) > 0)) continue;
        if (!wanted(image) || !impl_->usersOf(image.id).empty()) continue;
        if (nameless) take(image.id);
        for (const auto& name : image.repoTags)
            take(name);
        for (const auto& name : image.repoDigests)
            take(name);
    }
    const auto after = layerSizes(impl_->layers);
    for (const auto& [chainId, bytes] : before)
        if (after.count(chainId) == 0) pruned.reclaimed += bytes;
    emitPrune(*impl_, "image", pruned.reclaimed);
    return pruned;
}

Pruned Engine::pruneVolumes(const std::function<bool(const volume::Volume&)>& wanted) {
    Pruned pruned;
    for (const auto& view : volumes()) {
        if (!view.users.empty() || !wanted(view.volume)) continue;
        unlessInUse([&] {
            const int64_t bytes = volume::usedBytes(view.mountPoint);
            impl_->removeVolume(view.volume.name);
            pruned.volumes.push_back(view.volume.name);
            pruned.reclaimed += bytes;
        });
    }
    emitPrune(*impl_, "volume", pruned.reclaimed);
    return pruned;
}

} // namespace ctrd::engine

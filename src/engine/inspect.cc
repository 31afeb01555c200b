#include "archive/digest.h"
#include "base/error.h"
#include "engine/engine_impl.h"
#include "storage/layer_store.h"

namespace ctrd::engine {

ContainerView Engine::inspect(const std::string& ref) const {
    const ContainerPtr container = impl_->containers.find(ref);
    ContainerView view = container->view();
    for (const auto& exec : impl_->execs.of(container->id()))
        if (!exec->state.lock()->exited) view.execIds.push_back(exec->id);
    if (impl_->layers.hasContainerLayer(view.id))
        for (const auto& [name, path] : impl_->layers.placesOf(view.id))
            view.places[name] = path;
    return view;
}

std::map<std::string, std::string> Engine::placesOf(const image::Image& image) const {
    std::map<std::string, std::string> places;
    const auto layer = image.chainId.empty()
                           ? std::nullopt
                           : impl_->layers.find(archive::Digest::parse(image.chainId));
    if (!layer) return places;
    for (const auto& [name, path] : impl_->layers.placesOf(*layer))
        places[name] = path;
    return places;
}

std::pair<int64_t, int64_t> Engine::sizes(const std::string& ref) const {
    const ContainerPtr container = impl_->containers.find(ref);
    const std::string imageId = container->lock()->record.imageId;
    const int64_t own = impl_->layers.containerSize(container->id());
    int64_t image = 0;
    try {
        image = images_.get(imageId).size;
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::NotFound) throw; // removed by force: its layers remain
    }
    return {own, own + image};
}

} // namespace ctrd::engine

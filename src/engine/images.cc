#include "engine/engine_impl.h"

namespace ctrd::engine {

std::vector<image::ImageStore::User> EngineImpl::usersOf(const std::string& imageId) const {
    std::vector<image::ImageStore::User> found;
    for (const auto& container : containers.all()) {
        const auto data = container->lock();
        if (data->record.imageId != imageId) continue;
        const Status status = data->run.state.status;
        found.push_back({container->id(), status == Status::Running || status == Status::Paused ||
                                              status == Status::Restarting});
    }
    return found;
}

std::vector<image::RemovedItem> Engine::removeImage(const std::string& ref, bool force,
                                                    bool noPrune) {
    // The containers' locks are leaves, so the image store may ask under its own.
    const auto users = [this](const std::string& imageId) { return impl_->usersOf(imageId); };
    auto removed = images_.remove(ref, force, noPrune, users);
    for (const auto& item : removed)
        emitImageEvent(item.deleted ? "delete" : "untag", item.what, item.what);
    return removed;
}

void Engine::emitImageEvent(const std::string& action, const std::string& id,
                            const std::string& name) {
    Event event;
    event.type = "image";
    event.action = action;
    event.id = id;
    event.attributes["name"] = name;
    event.time = now();
    impl_->events.publish(std::move(event));
}

} // namespace ctrd::engine

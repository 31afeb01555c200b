#include "engine/engine_impl.h"
#include "storage/layer_store.h"

namespace ctrd::engine {

std::vector<ContainerView> Engine::list() const {
    std::vector<ContainerView> views;
    for (const auto& container : impl_->containers.all())
        views.push_back(container->view());
    return views;
}

} // namespace ctrd::engine

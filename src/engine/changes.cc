#include "archive/digest.h"
#include "engine/engine_impl.h"
#include "storage/layer_store.h"

namespace ctrd::engine {

std::vector<storage::Change> Engine::changes(const std::string& ref) const {
    return impl_->layers.containerChanges(impl_->containers.find(ref)->id());
}

} // namespace ctrd::engine

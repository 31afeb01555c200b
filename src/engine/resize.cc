#include "base/error.h"
#include "engine/engine_impl.h"

namespace ctrd::engine {

void Engine::resize(const std::string& ref, uint16_t rows, uint16_t columns) {
    const ContainerPtr container = impl_->containers.find(ref);
    impl_->ask(*container, [&](monitor::Client& monitor) { monitor.resize(rows, columns); });
    impl_->emit(*container, "resize",
                {{"height", std::to_string(rows)}, {"width", std::to_string(columns)}});
}

} // namespace ctrd::engine

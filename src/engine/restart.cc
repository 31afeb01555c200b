#include "base/finally.h"
#include "engine/engine_impl.h"

namespace ctrd::engine {

void Engine::restart(const std::string& ref, std::optional<int> timeout) {
    const ContainerPtr container = impl_->containers.find(ref);
    // An AutoRemove container stays for its next run.
    container->lock()->keepOnEnd = true;
    const Finally asBefore([&] { container->lock()->keepOnEnd = false; });
    impl_->stop(container, timeout, "");
    start(container->id());
    impl_->emit(*container, "restart");
}

} // namespace ctrd::engine

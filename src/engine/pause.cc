#include "base/error.h"
#include "engine/engine_impl.h"

namespace ctrd::engine {

void EngineImpl::pause(Container& container) {
    monitorOf(container);
    if (container.status() == Status::Paused)
        throw conflict("Container " + container.id() + " is already paused");
    ask(container, [](monitor::Client& monitor) { monitor.pause(); });
    container.become(Status::Paused);
    saveRun(container);
    emit(container, "pause");
}

void EngineImpl::unpause(Container& container) {
    if (container.status() != Status::Paused)
        throw conflict("Container " + container.id() + " is not paused");
    ask(container, [](monitor::Client& monitor) { monitor.unpause(); });
    container.become(Status::Running);
    saveRun(container);
    emit(container, "unpause");
}

void Engine::pause(const std::string& ref) {
    const ContainerPtr container = impl_->containers.find(ref);
    const auto operation = container->operate();
    impl_->pause(*container);
}

void Engine::unpause(const std::string& ref) {
    const ContainerPtr container = impl_->containers.find(ref);
    const auto operation = container->operate();
    impl_->unpause(*container);
}

} // namespace ctrd::engine

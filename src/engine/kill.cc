#include "base/error.h"
#include "base/signals.h"
#include "engine/engine_impl.h"

#include <csignal>

namespace ctrd::engine {

void EngineImpl::sendSignal(const Container& container, int signal) {
    ask(container, [&](monitor::Client& monitor) { monitor.signal(signal); });
    emit(container, "kill", {{"signal", std::to_string(signal)}});
}

void Engine::kill(const std::string& ref, const std::string& signal) {
    const int number = signal.empty() ? SIGKILL : signalNumber(signal);
    const ContainerPtr container = impl_->containers.find(ref);
    if (!container->isRunning()) {
        const auto operation = container->operate();
        if (impl_->callOffRestart(*container)) return;
        if (!container->isRunning())
            throw conflict("Cannot kill container: " + ref + ": Container " + container->id() +
                           " is not running");
    }
    if (number == SIGKILL) return impl_->killAndWait(container);
    // As Docker: the signal that stops it counts as a stop by hand, any other is a message.
    const std::string stopSignal = container->lock()->record.config.stopSignal;
    if (number == (stopSignal.empty() ? SIGTERM : signalNumber(stopSignal)))
        container->lock()->run.stoppedByHand = true;
    impl_->sendSignal(*container, number);
}

} // namespace ctrd::engine

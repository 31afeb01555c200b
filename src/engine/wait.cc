#include "engine/engine_impl.h"

namespace ctrd::engine {

namespace {

constexpr int64_t kLookInterval = kSecond / 5; // at whether the caller is still there

bool willEnd(Status status) {
    return status == Status::Running || status == Status::Paused || status == Status::Restarting;
}

bool isOver(WaitCondition condition, const Container::Data& data, uint64_t endings) {
    if (data.removed) return true;
    switch (condition) {
        case WaitCondition::NotRunning:
            return data.endings != endings || !willEnd(data.run.state.status);
        case WaitCondition::NextExit:
            return data.endings != endings;
        case WaitCondition::Removed:
            return false;
    }
    return false;
}

} // namespace

std::optional<WaitResult> Engine::wait(const std::string& ref, WaitCondition condition,
                                       const std::function<void()>& ready,
                                       const std::function<bool()>& cancelled) {
    const ContainerPtr container = impl_->containers.find(ref);
    const uint64_t endings = container->lock()->endings;
    ready();
    const auto over = [&](const Container::Data& data) { return isOver(condition, data, endings); };
    while (!container->waitFor(kLookInterval, over))
        if (cancelled()) return std::nullopt;
    return WaitResult{container->lock()->lastExitCode, ""};
}

} // namespace ctrd::engine

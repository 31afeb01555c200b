#include "base/log.h"
#include "engine/boot_order.h"
#include "engine/engine_impl.h"

#include <list>
#include <thread>

namespace ctrd::engine {

namespace {

void stopOne(EngineImpl& engine, const ContainerPtr& container) {
    container->operate(); // a start that was under way before no more are allowed
    const Status status = container->status();
    if (status != Status::Running && status != Status::Paused && status != Status::Restarting)
        return;
    try {
        engine.stop(container, std::nullopt, "");
    } catch (const std::exception& e) {
        log::error("cannot stop container " + container->id() + ": " + e.what());
    }
}

template <typename Items, typename F>
void atOnce(const Items& items, F action) {
    std::list<std::thread> threads;
    for (const auto& item : items)
        threads.emplace_back([&item, &action] { action(item); });
    for (auto& thread : threads)
        thread.join();
}

} // namespace

void Engine::stopAll() {
    // Not a stop by hand: `unless-stopped` containers are to run again when the host is back.
    impl_->halting = true;
    const auto stop = [this](const ContainerPtr& container) { stopOne(*impl_, container); };
    BootOrder order = bootOrderOf(impl_->containers.all());
    if (!order.unplaced.empty()) order.groups.push_back({{std::move(order.unplaced), 0, 0}});
    atOnce(order.groups, [&](const StartGroup& group) {
        for (auto rank = group.rbegin(); rank != group.rend(); ++rank)
            atOnce(rank->containers, stop);
    });
}

} // namespace ctrd::engine

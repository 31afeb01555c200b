#include "network/bridge/sweeper.h"

#include "base/error.h"
#include "base/log.h"
#include "network/bridge/wire.h"

#include <chrono>

namespace ctrd::network {

namespace {

// Enough for the kernel to clean up after a namespace whose last process has ended.
constexpr std::chrono::milliseconds kGrace(200);

void removeLinks(const std::vector<std::string>& links) {
    for (const std::string& link : links) {
        try {
            removeWire(link);
        } catch (const Error& e) {
            log::warn(e.what());
        }
    }
}

} // namespace

void LinkSweeper::add(const std::string& link) {
    const auto state = state_.lock();
    state->links.push_back(link);
    if (state->running) return;
    if (state->thread.joinable()) state->thread.join(); // it has ended, or is about to
    state->thread = std::thread([this] { run(); });
    state->running = true;
}

void LinkSweeper::drain() {
    auto state = state_.lock();
    state->hurry = true;
    changed_.notify_all();
    changed_.wait(state.mutexLock(), [&] { return !state->running; });
    state->hurry = false;
    if (state->thread.joinable()) state->thread.join();
}

void LinkSweeper::run() {
    auto state = state_.lock();
    while (!state->links.empty()) {
        changed_.wait_for(state.mutexLock(), kGrace, [&] { return state->hurry; });
        const std::vector<std::string> links = std::exchange(state->links, {});
        state.mutexLock().unlock();
        removeLinks(links);
        state.mutexLock().lock();
    }
    state->running = false;
    changed_.notify_all();
}

} // namespace ctrd::network

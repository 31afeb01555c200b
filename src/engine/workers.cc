#include "engine/workers.h"

#include "base/error.h"
#include "base/log.h"

#include <chrono>
#include <exception>
#include <string>
#include <system_error>
#include <thread>

namespace ctrd::engine {

namespace {

constexpr auto kIdleTime = std::chrono::seconds(5);

void runLogged(const std::function<void()>& job) {
    try {
        job();
    } catch (const std::exception& e) {
        log::error(std::string("a background job failed: ") + e.what());
    }
}

} // namespace

void Workers::run(std::function<void()> job) {
    const auto state = state_.lock();
    if (state->ending) return;
    state->jobs.push_back(std::move(job));
    if (state->idle >= static_cast<int>(state->jobs.size()) || state->threads == limit_) {
        wanted_.notify_one();
        return;
    }
    try {
        std::thread(&Workers::work, this).detach(); // finish() waits for it
        ++state->threads;
    } catch (const std::system_error&) {
        // The kernel has no thread to give: the job waits for one of ours, if there is any.
        if (state->threads > 0) return;
        state->jobs.pop_back();
        throw unavailable("cannot start a thread for a background job");
    }
}

void Workers::work() {
    auto state = state_.lock();
    for (;;) {
        ++state->idle;
        wanted_.wait_for(state.mutexLock(), kIdleTime,
                         [&] { return state->ending || !state->jobs.empty(); });
        --state->idle;
        if (state->jobs.empty()) break;
        const auto job = std::move(state->jobs.front());
        state->jobs.pop_front();
        state.mutexLock().unlock();
        runLogged(job);
        state.mutexLock().lock();
    }
    --state->threads;
    left_.notify_all();
}

void Workers::finish() {
    auto state = state_.lock();
    state->ending = true;
    wanted_.notify_all();
    left_.wait(state.mutexLock(), [&] { return state->threads == 0; });
}

} // namespace ctrd::engine

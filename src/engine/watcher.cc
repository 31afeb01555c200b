#include "engine/watcher.h"

#include "base/error.h"
#include "base/log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <sys/epoll.h>
#include <sys/eventfd.h>

namespace ctrd::engine {

namespace {

constexpr uint64_t kWakeUpKey = 0;

void addTo(int epoll, int fd, uint64_t key) {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u64 = key;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        throw SystemError("wait for events of a monitor");
}

// A monitor whose words cannot be read is as good as gone.
monitor::Event readEvent(monitor::Client& client) {
    try {
        return client.readEvent();
    } catch (const std::exception& e) {
        log::warn(std::string("cannot read from a monitor: ") + e.what());
        return {};
    }
}

template <typename F>
void runLogged(const F& function) {
    try {
        function();
    } catch (const std::exception& e) {
        log::error(std::string("cannot handle the event of a monitor: ") + e.what());
    }
}

} // namespace

Watcher::Watcher()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wakeUp_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!epoll_ || !wakeUp_) throw SystemError("make the watcher of the monitors");
    addTo(epoll_.get(), wakeUp_.get(), kWakeUpKey);
    thread_ = std::thread(&Watcher::run, this);
}

void Watcher::watch(std::shared_ptr<monitor::Client> client, Handler handler) {
    const int fd = client->eventDescriptor();
    auto watched = std::make_shared<Watched>(Watched{std::move(client), std::move(handler)});
    const auto state = state_.lock();
    if (state->stopping) return;
    const uint64_t key = ++state->lastKey;
    state->watched[key] = std::move(watched);
    try {
        addTo(epoll_.get(), fd, key);
    } catch (...) {
        state->watched.erase(key);
        throw;
    }
}

void Watcher::after(int64_t delay, std::function<void()> job) {
    state_.lock()->timers.emplace(Clock::now() + std::chrono::nanoseconds(delay), std::move(job));
    wake();
}

void Watcher::stop() {
    if (!thread_.joinable()) return;
    state_.lock()->stopping = true;
    wake();
    thread_.join();
    const auto state = state_.lock();
    state->watched.clear();
    state->timers.clear();
}

void Watcher::wake() {
    // EAGAIN would mean that it is being woken already.
    (void)::eventfd_write(wakeUp_.get(), 1);
}

int Watcher::timeout() const {
    const auto state = state_.lock();
    if (state->timers.empty()) return -1;
    const auto left = state->timers.begin()->first - Clock::now();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(left).count() + 1;
    return static_cast<int>(std::clamp<long long>(ms, 0, 60000));
}

void Watcher::run() {
    std::array<epoll_event, 16> ready;
    while (!state_.lock()->stopping) {
        const int count = ::epoll_wait(epoll_.get(), ready.data(), ready.size(), timeout());
        if (count < 0 && errno != EINTR) log::error(SystemError("wait for the monitors").what());
        for (int i = 0; i < count; ++i)
            handle(ready[static_cast<size_t>(i)].data.u64);
        runDueTimers();
    }
}

void Watcher::handle(uint64_t key) {
    if (key == kWakeUpKey) {
        eventfd_t count = 0;
        (void)::eventfd_read(wakeUp_.get(), &count);
        return;
    }
    std::shared_ptr<Watched> watched;
    {
        const auto state = state_.lock();
        const auto at = state->watched.find(key);
        if (at == state->watched.end() || state->stopping) return;
        watched = at->second;
    }
    const monitor::Event event = readEvent(*watched->client);
    if (event.kind == monitor::Event::Kind::Gone) {
        (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, watched->client->eventDescriptor(), nullptr);
        state_.lock()->watched.erase(key);
    }
    runLogged([&] { watched->handler(event); });
}

void Watcher::runDueTimers() {
    for (;;) {
        std::function<void()> job;
        {
            const auto state = state_.lock();
            const auto first = state->timers.begin();
            if (state->stopping || first == state->timers.end() || first->first > Clock::now())
                return;
            job = std::move(first->second);
            state->timers.erase(first);
        }
        runLogged(job);
    }
}

} // namespace ctrd::engine

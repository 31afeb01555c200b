#include "monitor/event_loop.h"

#include "base/error.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace ctrd::monitor {

namespace {

int64_t monotonicMilliseconds() {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

} // namespace

EventLoop::EventLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) throw SystemError("create an epoll descriptor");
}

EventLoop::~EventLoop() = default;

void EventLoop::control(int operation, uint64_t id, uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    const int fd = sources_.at(id).fd;
    if (epoll_ctl(epoll_.get(), operation, fd, &event) < 0)
        throw SystemError("watch descriptor " + std::to_string(fd));
}

EventLoop::Watch EventLoop::watch(int fd, uint32_t events, Callback callback) {
    const uint64_t id = ++lastId_;
    sources_[id] = {fd, true, std::make_shared<Callback>(std::move(callback))};
    try {
        control(EPOLL_CTL_ADD, id, events);
    } catch (const SystemError&) {
        sources_.erase(id);
        throw;
    }
    return {this, id};
}

void EventLoop::setEvents(uint64_t id, uint32_t events) {
    Source& source = sources_.at(id);
    control(source.registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, id, events);
    source.registered = true;
}

void EventLoop::pause(uint64_t id) {
    Source& source = sources_.at(id);
    if (source.registered) control(EPOLL_CTL_DEL, id, 0);
    source.registered = false;
}

void EventLoop::remove(uint64_t id) {
    const auto it = sources_.find(id);
    if (it->second.registered) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, it->second.fd, nullptr);
    sources_.erase(it);
}

EventLoop::Timer EventLoop::after(int64_t milliseconds, std::function<void()> callback) {
    const uint64_t id = ++lastId_;
    deadlines_[id] = {monotonicMilliseconds() + milliseconds, std::move(callback)};
    return {this, id};
}

void EventLoop::soon(std::function<void()> callback) {
    soon_.push_back(std::move(callback));
}

int EventLoop::timeout() const {
    if (!soon_.empty()) return 0;
    if (deadlines_.empty()) return -1;
    const auto earlier = [](const auto& a, const auto& b) { return a.second.at < b.second.at; };
    const auto first = std::min_element(deadlines_.begin(), deadlines_.end(), earlier);
    const int64_t left = first->second.at - monotonicMilliseconds();
    return static_cast<int>(std::clamp<int64_t>(left, 0, 3600000));
}

void EventLoop::runSoon() {
    while (!soon_.empty()) {
        std::vector<std::function<void()>> now;
        now.swap(soon_);
        for (const auto& callback : now)
            callback();
    }
}

void EventLoop::runTimers() {
    const int64_t now = monotonicMilliseconds();
    for (auto it = deadlines_.begin(); it != deadlines_.end();) {
        if (it->second.at > now) {
            ++it;
            continue;
        }
        const auto callback = std::move(it->second.callback);
        deadlines_.erase(it);
        callback();
        // It may have added and dropped others.
        it = deadlines_.begin();
    }
}

void EventLoop::dispatch(const epoll_event& event) {
    // A callback before it in the same batch may have dropped or paused it.
    const auto it = sources_.find(event.data.u64);
    if (it == sources_.end() || !it->second.registered) return;
    const auto callback = it->second.callback; // lives on where it drops its own watch
    (*callback)(event.events);
}

void EventLoop::run() {
    epoll_event ready[16];
    running_ = true;
    while (running_) {
        const int count = epoll_wait(epoll_.get(), ready, 16, timeout());
        if (count < 0 && errno != EINTR) throw SystemError("wait for events");
        for (int i = 0; i < count; ++i) {
            dispatch(ready[i]);
            runSoon();
        }
        runTimers();
        runSoon();
    }
}

} // namespace ctrd::monitor

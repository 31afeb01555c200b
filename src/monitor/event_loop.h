#pragma once

#include "base/fd.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <sys/epoll.h>

namespace ctrd::monitor {

// Waits for descriptors and moments and calls whoever asked, all in one thread.  A callback may
// add, change and drop any watch or timer, its own too, but nothing may outlive the loop.
class EventLoop {
public:
    using Callback = std::function<void(uint32_t events)>; // of epoll(7)
    class Watch;
    class Timer;

    EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    ~EventLoop();

    // Calls back while one of `events` is there, or EPOLLHUP or EPOLLERR, until the Watch ends.
    // The descriptor must stay open as long.  Throws SystemError.
    Watch watch(int fd, uint32_t events, Callback callback);
    // Calls back once, after so many milliseconds, unless the Timer ends before.
    Timer after(int64_t milliseconds, std::function<void()> callback);
    // Calls back once the callback that runs now has returned.
    void soon(std::function<void()> callback);

    // Until stop().
    void run();
    void stop() { running_ = false; }

private:
    struct Source {
        int fd = -1;
        bool registered = false;
        std::shared_ptr<Callback> callback;
    };
    struct Deadline {
        int64_t at = 0; // CLOCK_MONOTONIC, milliseconds
        std::function<void()> callback;
    };

    void control(int operation, uint64_t id, uint32_t events);
    void setEvents(uint64_t id, uint32_t events);
    void pause(uint64_t id);
    void remove(uint64_t id);
    int timeout() const;
    void runSoon();
    void runTimers();
    void dispatch(const epoll_event& event);

    Fd epoll_;
    uint64_t lastId_ = 0;
    std::map<uint64_t, Source> sources_;
    std::map<uint64_t, Deadline> deadlines_;
    std::vector<std::function<void()>> soon_;
    bool running_ = false;
};

// Owns the loop's interest in a descriptor.
class EventLoop::Watch {
public:
    Watch() = default;
    Watch(EventLoop* loop, uint64_t id) : loop_(loop), id_(id) {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    Watch(Watch&& other) noexcept : loop_(std::exchange(other.loop_, nullptr)), id_(other.id_) {}
    Watch& operator=(Watch&& other) noexcept {
        std::swap(loop_, other.loop_);
        std::swap(id_, other.id_);
        return *this;
    }
    ~Watch() { reset(); }

    explicit operator bool() const { return loop_ != nullptr; }
    // 0: EPOLLHUP and EPOLLERR only.
    void setEvents(uint32_t events) { loop_->setEvents(id_, events); }
    // Not even these, until setEvents().
    void pause() { loop_->pause(id_); }
    void reset() {
        if (loop_ != nullptr) std::exchange(loop_, nullptr)->remove(id_);
    }

private:
    EventLoop* loop_ = nullptr;
    uint64_t id_ = 0;
};

class EventLoop::Timer {
public:
    Timer() = default;
    Timer(EventLoop* loop, uint64_t id) : loop_(loop), id_(id) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    Timer(Timer&& other) noexcept : loop_(std::exchange(other.loop_, nullptr)), id_(other.id_) {}
    Timer& operator=(Timer&& other) noexcept {
        std::swap(loop_, other.loop_);
        std::swap(id_, other.id_);
        return *this;
    }
    ~Timer() {
        if (loop_ != nullptr) loop_->deadlines_.erase(id_);
    }

private:
    EventLoop* loop_ = nullptr;
    uint64_t id_ = 0;
};

} // namespace ctrd::monitor

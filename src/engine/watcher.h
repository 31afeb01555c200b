#pragma once

#include "base/fd.h"
#include "base/sync.h"
#include "monitor/client.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <thread>

namespace ctrd::engine {

// One thread that waits for the events of all monitors, and for moments to come.  Thread safe.
class Watcher {
public:
    using Handler = std::function<void(const monitor::Event&)>;

    Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    ~Watcher() { stop(); }

    // Calls `handler` on the watcher's thread with each event, in order; Kind::Gone is the last.
    // The handler must be quick: all monitors wait for it.  It keeps the client alive until then.
    void watch(std::shared_ptr<monitor::Client> client, Handler handler);

    // Calls `job`, which must be quick, once `delay` nanoseconds went by.
    void after(int64_t delay, std::function<void()> job);

    // Forgets everything and returns when no handler runs any more.  Not from a handler.
    void stop();

private:
    using Clock = std::chrono::steady_clock;
    struct Watched {
        std::shared_ptr<monitor::Client> client;
        Handler handler;
    };
    struct State {
        uint64_t lastKey = 0;
        std::map<uint64_t, std::shared_ptr<Watched>> watched;
        std::multimap<Clock::time_point, std::function<void()>> timers;
        bool stopping = false;
    };

    void run();
    void wake();
    void handle(uint64_t key);
    void runDueTimers();
    int timeout() const; // milliseconds until the next timer; -1: none

    mutable Sync<State> state_;
    Fd epoll_, wakeUp_;
    std::thread thread_;
};

} // namespace ctrd::engine

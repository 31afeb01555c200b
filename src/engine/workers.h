#pragma once

#include "base/sync.h"

#include <condition_variable>
#include <deque>
#include <functional>

namespace ctrd::engine {

// Runs jobs away from the caller's thread, so that whoever reports an ending does not wait for what
// it entails.  Threads come with the work, at most `limit`, and go when idle.  Thread safe.
class Workers {
public:
    explicit Workers(int limit) : limit_(limit) {}
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers() { finish(); }

    // In the order given, as far as threads are free.  What a job throws is logged.
    void run(std::function<void()> job);
    // Takes no more jobs and returns when those taken are done.
    void finish();

private:
    struct State {
        std::deque<std::function<void()>> jobs;
        int threads = 0, idle = 0;
        bool ending = false;
    };
    void work();

    const int limit_;
    Sync<State> state_;
    std::condition_variable wanted_; // a job came, or the end
    std::condition_variable left_;   // a thread went
};

} // namespace ctrd::engine

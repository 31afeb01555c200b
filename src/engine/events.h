#pragma once

#include "base/sync.h"
#include "engine/engine.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <vector>

namespace ctrd::engine {

// Hands events to whoever subscribed and keeps the last 256 for those who come later.  Thread safe;
// publish() never waits for a reader: one that lags 4096 events behind loses the oldest.
class Events {
public:
    static constexpr size_t kRing = 256;
    static constexpr size_t kLag = 4096;

    Events();
    ~Events(); // ends every subscription; they may outlive it
    Events(const Events&) = delete;
    Events& operator=(const Events&) = delete;

    void publish(Event event);
    // With `since` not 0, first those of the ring at or after it; none is lost between the two.
    std::unique_ptr<EventSubscription> subscribe(Timestamp since);
    int subscribers() const;

private:
    struct Queue;
    class Subscription;
    struct State {
        std::deque<Event> ring;
        std::vector<std::weak_ptr<Queue>> queues;
    };
    mutable Sync<State> state_;
};

} // namespace ctrd::engine

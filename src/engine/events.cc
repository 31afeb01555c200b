#include "engine/events.h"

#include <algorithm>
#include <chrono>

namespace ctrd::engine {

// What one subscriber has not read yet.
struct Events::Queue {
    std::mutex mutex;
    std::condition_variable filled;
    std::deque<Event> events;
    bool closed = false;

    void push(const Event& event) {
        {
            const std::lock_guard<std::mutex> lock(mutex);
            if (events.size() == kLag) events.pop_front();
            events.push_back(event);
        }
        filled.notify_one();
    }

    void close() {
        {
            const std::lock_guard<std::mutex> lock(mutex);
            closed = true;
        }
        filled.notify_all();
    }
};

class Events::Subscription : public EventSubscription {
public:
    explicit Subscription(std::shared_ptr<Queue> queue) : queue_(std::move(queue)) {}

    std::optional<Event> next(int64_t timeout) override {
        std::unique_lock<std::mutex> lock(queue_->mutex);
        queue_->filled.wait_for(lock, std::chrono::nanoseconds(timeout),
                                [&] { return queue_->closed || !queue_->events.empty(); });
        if (queue_->events.empty()) return std::nullopt;
        Event event = std::move(queue_->events.front());
        queue_->events.pop_front();
        return event;
    }

    bool closed() const override {
        const std::lock_guard<std::mutex> lock(queue_->mutex);
        return queue_->closed && queue_->events.empty();
    }

private:
    std::shared_ptr<Queue> queue_;
};

Events::Events() = default;

Events::~Events() {
    for (const auto& weak : state_.lock()->queues)
        if (const auto queue = weak.lock()) queue->close();
}

void Events::publish(Event event) {
    const auto state = state_.lock();
    auto& queues = state->queues;
    for (const auto& weak : queues)
        if (const auto queue = weak.lock()) queue->push(event);
    queues.erase(
        std::remove_if(queues.begin(), queues.end(), [](const auto& q) { return q.expired(); }),
        queues.end());
    if (state->ring.size() == kRing) state->ring.pop_front();
    state->ring.push_back(std::move(event));
}

std::unique_ptr<EventSubscription> Events::subscribe(Timestamp since) {
    auto queue = std::make_shared<Queue>();
    const auto state = state_.lock();
    if (since != 0)
        for (const Event& event : state->ring)
            if (event.time >= since) queue->events.push_back(event);
    state->queues.push_back(queue);
    return std::make_unique<Subscription>(std::move(queue));
}

int Events::subscribers() const {
    const auto state = state_.lock();
    return static_cast<int>(std::count_if(state->queues.begin(), state->queues.end(),
                                          [](const auto& q) { return !q.expired(); }));
}

} // namespace ctrd::engine

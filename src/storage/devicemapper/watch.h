#pragma once

#include "base/sync.h"
#include "storage/devicemapper/pool.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace ctrd::storage::devicemapper {

// Looks at a pool now and then in a thread of its own, and warns before it is full: in the log, and
// whoever listens.  Thread safe.
class Watch {
public:
    using Listener = std::function<void(const std::string& sentence)>;

    explicit Watch(const ThinPool& pool);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();

    // Looks now.
    void look() noexcept;
    // {} for nobody, whom nothing reaches any more after that.
    void tell(Listener listener) { state_.lock()->listener = std::move(listener); }

private:
    struct State {
        FillLevels levels;
        Listener listener;
    };

    const ThinPool& pool_;
    Sync<State> state_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool end_ = false;
    std::thread thread_;

    void run();
};

} // namespace ctrd::storage::devicemapper

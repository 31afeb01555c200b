#include "storage/devicemapper/watch.h"

#include "base/log.h"

#include <algorithm>
#include <chrono>

namespace ctrd::storage::devicemapper {

namespace {

constexpr std::chrono::seconds kInterval{30};

// The file system below a sparse file may be full long before the pool is.
PoolStatus asFarAsTheDiskGoes(const ThinPool& pool) {
    PoolStatus status = pool.status();
    status.dataTotal = std::min(status.dataTotal, status.dataUsed + pool.available(status));
    return status;
}

} // namespace

Watch::Watch(const ThinPool& pool) : pool_(pool), thread_([this] { run(); }) {}

Watch::~Watch() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        end_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Watch::look() noexcept {
    try {
        const PoolStatus status = asFarAsTheDiskGoes(pool_);
        const auto state = state_.lock();
        for (const auto& sentence : state->levels.news(status, pool_.name())) {
            log::warn(sentence);
            if (state->listener) state->listener(sentence);
        }
    } catch (const std::exception& e) {
        log::debug(std::string("cannot see how full the pool is: ") + e.what());
    }
}

void Watch::run() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!end_) {
        lock.unlock();
        look();
        lock.lock();
        wake_.wait_for(lock, kInterval, [this] { return end_; });
    }
}

} // namespace ctrd::storage::devicemapper

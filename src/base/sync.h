#pragma once

#include <mutex>
#include <utility>

namespace ctrd {

// Data that can only be reached through its lock:
//     Sync<State> state;
//     state.lock()->count++;
template <typename T>
class Sync {
public:
    Sync() = default;
    explicit Sync(T data) : data_(std::move(data)) {}

    class Lock {
    public:
        T* operator->() const { return data_; }
        T& operator*() const { return *data_; }
        // For std::condition_variable::wait.
        std::unique_lock<std::mutex>& mutexLock() { return lock_; }

    private:
        friend Sync;
        Lock(std::mutex& mutex, T* data) : lock_(mutex), data_(data) {}
        std::unique_lock<std::mutex> lock_;
        T* data_;
    };

    Lock lock() { return Lock(mutex_, &data_); }

private:
    std::mutex mutex_;
    T data_;
};

} // namespace ctrd

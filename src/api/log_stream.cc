#include "api/log_stream.h"

#include "base/error.h"
#include "base/finally.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>

#include <pthread.h>

namespace ctrd::api {

namespace {

constexpr size_t kBatch = 128u << 10;
constexpr std::chrono::milliseconds kLook{250};

// Between the thread that waits for the log and the one that waits for the client: a reader cannot
// do both.  What gathers while one write is under way leaves with the next.
class Follower {
public:
    Follower(logging::Reader& reader, const LogFormat& format)
        : reader_(reader), formatter_(format) {}

    // The reader's thread.
    void pump();
    // The client's: what came since, waiting a moment for it; false at the end.
    bool take(std::string& out);
    // The client is gone: the pump ends soon.
    void cancel();
    void rethrow() const {
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    bool put(const logging::Message& message);

    logging::Reader& reader_;
    LogFormatter formatter_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string waiting_;
    bool ended_ = false, cancelled_ = false;
    std::exception_ptr failure_;
};

bool Follower::put(const logging::Message& message) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < kBatch || cancelled_; });
    const bool first = waiting_.empty();
    formatter_.append(waiting_, message);
    if (first) changed_.notify_all();
    return !cancelled_;
}

void Follower::pump() {
    try {
        while (const auto message = reader_.next())
            if (!put(*message)) break;
    } catch (...) {
        failure_ = std::current_exception();
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

bool Follower::take(std::string& out) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, kLook, [this] { return !waiting_.empty() || ended_; });
    out.clear();
    std::swap(out, waiting_);
    changed_.notify_all();
    return !out.empty() || !ended_;
}

void Follower::cancel() {
    const std::lock_guard<std::mutex> lock(mutex_);
    cancelled_ = true;
    changed_.notify_all();
    reader_.stop();
}

pthread_t startPump(Follower& follower) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    const Finally destroy([&] { pthread_attr_destroy(&attributes); });
    pthread_attr_setstacksize(&attributes, 256u << 10);
    const auto run = [](void* argument) -> void* {
        static_cast<Follower*>(argument)->pump();
        return nullptr;
    };
    pthread_t thread{};
    if (const int failure = pthread_create(&thread, &attributes, run, &follower); failure != 0)
        throw SystemError("start a thread for a log", failure);
    return thread;
}

} // namespace

void LogFormatter::append(std::string& out, const logging::Message& message) {
    bool& continued = continued_[message.stream == logging::Stream::Stderr ? 1 : 0];
    prefix_.clear();
    if (!continued && format_.timestamps) prefix_ = formatTime(message.time) + " ";
    if (!continued && format_.details) prefix_ += " ";
    continued = message.partial;
    if (!format_.framed) {
        out.append(prefix_).append(message.line);
        return;
    }
    const auto channel =
        message.stream == logging::Stream::Stderr ? Channel::Stderr : Channel::Stdout;
    if (prefix_.empty()) return appendFrame(out, channel, message.line);
    appendFrame(out, channel, prefix_.append(message.line));
}

void sendLog(logging::Reader& reader, const LogFormat& format, http::Exchange& client) {
    LogFormatter formatter(format);
    std::string batch;
    batch.reserve(kBatch + (32u << 10));
    while (const auto message = reader.next()) {
        formatter.append(batch, *message);
        if (batch.size() < kBatch) continue;
        client.write(batch);
        batch.clear();
    }
    client.write(batch);
}

void followLog(logging::Reader& reader, const LogFormat& format, http::Exchange& client) {
    Follower follower(reader, format);
    const pthread_t pump = startPump(follower);
    {
        const Finally join([&] {
            follower.cancel();
            pthread_join(pump, nullptr);
        });
        std::string batch;
        while (follower.take(batch)) {
            client.write(batch);
            if (batch.empty() && client.clientGone()) return;
        }
    }
    follower.rethrow();
}

} // namespace ctrd::api

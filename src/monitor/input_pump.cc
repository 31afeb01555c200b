#include "monitor/input_pump.h"

#include <cerrno>

#include <unistd.h>

namespace ctrd::monitor {

InputPump::InputPump(EventLoop& loop, Fd target, std::function<void()> onRoom)
    : target_(std::move(target)), onRoom_(std::move(onRoom)) {
    setNonBlocking(target_.get(), true);
    watch_ = loop.watch(target_.get(), 0, [this](uint32_t) { flush(); });
    watch_.pause();
}

void InputPump::write(std::string_view bytes) {
    if (!target_ || ending_) return;
    queue_.add(bytes);
    flush();
}

void InputPump::end() {
    ending_ = true;
    if (queue_.empty()) close();
}

void InputPump::flush() {
    const bool wasFull = full();
    while (!queue_.empty()) {
        const auto bytes = queue_.front();
        const ssize_t n = ::write(target_.get(), bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) break;
        if (n < 0) { // the process closed its input
            close();
            break;
        }
        queue_.take(static_cast<size_t>(n));
    }
    if (target_ && !queue_.empty()) watch_.setEvents(EPOLLOUT);
    if (target_ && queue_.empty()) watch_.pause();
    if (ending_ && queue_.empty()) close();
    if (wasFull && !full()) onRoom_();
}

void InputPump::close() {
    watch_.reset();
    target_.reset();
    queue_.clear();
}

} // namespace ctrd::monitor

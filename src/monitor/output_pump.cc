#include "monitor/output_pump.h"

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ctrd::monitor {

namespace {

// Then others have their turn.
constexpr int kReadsAtOnce = 4;
// The kernel hands a tty's output to the master by a work queue of its own: what was written before
// the process ended may come this much later where somebody else still holds the tty.
constexpr int kTtyPatience = 50; // milliseconds
constexpr size_t kMostOfTty = 1u << 20;

} // namespace

OutputPump::OutputPump(EventLoop& loop, ReadBuffer& buffer, Fd source, logging::Stream stream,
                       Sink sink, std::function<bool()> congested)
    : buffer_(buffer),
      source_(std::move(source)),
      stream_(stream),
      sink_(std::move(sink)),
      congested_(std::move(congested)) {
    setNonBlocking(source_.get(), true);
    watch_ = loop.watch(source_.get(), EPOLLIN, [this](uint32_t) { handle(); });
}

// False where there is nothing more: for now, or ever, and the source is closed then.
bool OutputPump::readOnce(size_t limit, size_t& got) {
    ssize_t n;
    do
        n = read(source_.get(), buffer_.get(), std::min(limit, ReadBuffer::kSize));
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN) return false;
    // EIO is how a master says that nobody holds the tty any more.
    if (n <= 0) {
        watch_.reset();
        source_.reset();
        return false;
    }
    got = static_cast<size_t>(n);
    sink_(stream_, std::string_view(buffer_.get(), got));
    return true;
}

void OutputPump::handle() {
    for (int i = 0; i < kReadsAtOnce; ++i) {
        if (congested_()) {
            held_ = true;
            return watch_.pause();
        }
        size_t got = 0;
        if (!readOnce(ReadBuffer::kSize, got) || got < ReadBuffer::kSize) return;
    }
}

void OutputPump::resume() {
    if (source_ && std::exchange(held_, false)) watch_.setEvents(EPOLLIN);
}

void OutputPump::drain(bool tty) {
    if (!source_) return;
    if (tty)
        drainTty();
    else
        drainPipe();
    watch_.reset();
    source_.reset();
}

void OutputPump::drainPipe() {
    int left = 0;
    if (ioctl(source_.get(), FIONREAD, &left) < 0) return;
    size_t got = 0;
    while (left > 0 && readOnce(static_cast<size_t>(left), got))
        left -= static_cast<int>(got);
}

void OutputPump::drainTty() {
    size_t total = 0;
    while (source_ && total < kMostOfTty) {
        size_t got = 0;
        if (readOnce(ReadBuffer::kSize, got)) {
            total += got;
            continue;
        }
        pollfd master = {source_.get(), POLLIN, 0};
        if (!source_ || poll(&master, 1, kTtyPatience) <= 0) return;
    }
}

} // namespace ctrd::monitor

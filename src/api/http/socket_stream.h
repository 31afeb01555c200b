#pragma once

#include "base/fd.h"

#include <boost/asio/buffer.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <optional>
#include <string_view>

namespace ctrd::api::http {

// A connected socket as the stream Beast reads from.  Plain system calls instead of Asio's sockets:
// those bring an epoll set and a timer queue that one thread per connection has no use for.
class SocketStream {
public:
    using Clock = std::chrono::steady_clock;

    explicit SocketStream(Fd socket) : socket_(std::move(socket)) {}

    int fd() const { return socket_.get(); }
    Fd release() { return std::move(socket_); }
    // When reads give up with `timed_out`; none: never.
    void setDeadline(std::optional<Clock::time_point> deadline) { deadline_ = deadline; }

    // NOLINTBEGIN(readability-identifier-naming): Beast calls it so.
    template <typename Buffers>
    size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
        const boost::asio::mutable_buffer first = *boost::asio::buffer_sequence_begin(buffers);
        return receive(first.data(), first.size(), error);
    }
    template <typename Buffers>
    size_t read_some(const Buffers& buffers) {
        boost::system::error_code error;
        const size_t n = read_some(buffers, error);
        if (error) throw boost::system::system_error(error);
        return n;
    }
    // NOLINTEND(readability-identifier-naming)

    // All three parts with as few system calls as there can be; throws Unavailable where the
    // client went away.
    void send(std::string_view a, std::string_view b = {}, std::string_view c = {});

    // Waits until a client on this host has read all that was sent, at most `limit`.  Nothing over
    // TCP, where only the other machine knows.
    void awaitReader(std::chrono::milliseconds limit) const;

private:
    int unread() const;
    size_t receive(void* data, size_t size, boost::system::error_code& error);

    Fd socket_;
    std::optional<Clock::time_point> deadline_;
};

} // namespace ctrd::api::http

#include "api/http/socket_stream.h"

#include "base/error.h"

#include <boost/asio/error.hpp>
#include <cerrno>

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace ctrd::api::http {

namespace {

// Whether there is something to read before the deadline.
bool readable(int fd, SocketStream::Clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - SocketStream::Clock::now());
        if (left.count() <= 0) return false;
        pollfd poller{fd, POLLIN, 0};
        const int ready = poll(&poller, 1, static_cast<int>(left.count()) + 1);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) throw SystemError("wait for a client");
    }
}

// Drops the first `sent` bytes of what is left to send.
void consume(msghdr& message, size_t sent) {
    while (message.msg_iovlen > 0 && sent >= message.msg_iov->iov_len) {
        sent -= message.msg_iov->iov_len;
        ++message.msg_iov;
        --message.msg_iovlen;
    }
    if (message.msg_iovlen == 0) return;
    message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + sent;
    message.msg_iov->iov_len -= sent;
}

iovec part(std::string_view text) {
    return {const_cast<char*>(text.data()), text.size()};
}

} // namespace

void SocketStream::send(std::string_view a, std::string_view b, std::string_view c) {
    iovec parts[] = {part(a), part(b), part(c)};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 3;
    consume(message, 0);
    while (message.msg_iovlen > 0) {
        const ssize_t sent = sendmsg(fd(), &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) throw unavailable("the client went away");
        consume(message, static_cast<size_t>(sent));
    }
}

// Bytes of ours that wait in the client's queue, with the kernel's overhead; 0 over TCP.
int SocketStream::unread() const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    int bytes = 0;
    if (getsockname(fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        address.ss_family != AF_UNIX || ioctl(fd(), SIOCOUTQ, &bytes) != 0)
        return 0;
    return bytes;
}

void SocketStream::awaitReader(std::chrono::milliseconds limit) const {
    const auto deadline = Clock::now() + limit;
    for (useconds_t pause = 20; unread() > 0 && Clock::now() < deadline; pause += 20)
        usleep(pause);
}

size_t SocketStream::receive(void* data, size_t size, boost::system::error_code& error) {
    error = {};
    if (deadline_ && !readable(fd(), *deadline_)) {
        error = boost::asio::error::timed_out;
        return 0;
    }
    ssize_t n = 0;
    do
        n = recv(fd(), data, size, 0);
    while (n < 0 && errno == EINTR);
    if (n == 0) error = boost::asio::error::eof;
    if (n < 0) error.assign(errno, boost::system::system_category());
    return n > 0 ? static_cast<size_t>(n) : 0;
}

} // namespace ctrd::api::http

#include "cli/session.h"

#include "base/error.h"

#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ctrd::cli {

namespace {

constexpr size_t kReadBytes = 64u << 10;

} // namespace

Session::Session(const Streams& streams, HttpConnection::Raw connection,
                 const SessionOptions& options)
    : streams_(streams),
      socket_(std::move(connection.socket)),
      options_(options),
      output_(streams, !options.tty),
      inputOpen_(options.in) {
    // Bytes may have come right behind the answer's head.
    if (options_.out) output_.feed(connection.early);
    output_.flush();
}

void Session::run(SignalQueue* signals, const SignalSink& onSignal) {
    while (true) {
        // A pollfd of -1 is skipped.  Input is not read while the daemon has not taken the last.
        const short towards = pending_.empty() ? 0 : POLLOUT;
        pollfd watched[3] = {
            {socket_.get(), static_cast<short>(POLLIN | towards), 0},
            {inputOpen_ && pending_.empty() ? streams_.in : -1, POLLIN, 0},
            {signals != nullptr ? signals->fd() : -1, POLLIN, 0},
        };
        if (::poll(watched, 3, -1) < 0) {
            if (errno == EINTR) continue;
            throw SystemError("cannot wait for the container's streams");
        }
        if (signals != nullptr && watched[2].revents != 0) {
            while (const auto signal = signals->next())
                onSignal(*signal);
        }
        if ((watched[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !receive()) break;
        if ((watched[0].revents & POLLOUT) != 0) sendPending();
        if (watched[1].revents != 0) readInput();
    }
    output_.flush();
}

// False at the end of the connection.
bool Session::receive() {
    char buffer[kReadBytes];
    const ssize_t got = TEMP_FAILURE_RETRY(::recv(socket_.get(), buffer, sizeof buffer, 0));
    if (got < 0 && errno != ECONNRESET) throw SystemError("cannot read the container's output");
    if (got <= 0) return false;
    if (options_.out) {
        output_.feed({buffer, static_cast<size_t>(got)});
        output_.flush();
    }
    return true;
}

void Session::readInput() {
    char buffer[kReadBytes];
    size_t got = 0;
    try {
        got = readSome(streams_.in, buffer, sizeof buffer);
    } catch (const SystemError& e) {
        // Closed, or a terminal that is gone or not ours to read (a job in the background): the end
        // of the input, not of the session.
        if (e.errorNumber() != EIO && e.errorNumber() != EBADF) throw;
    }
    if (got == 0) {
        endInput();
        return;
    }
    pending_.assign(buffer, got);
    sendPending();
}

void Session::sendPending() {
    const ssize_t sent =
        ::send(socket_.get(), pending_.data(), pending_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
        pending_.erase(0, static_cast<size_t>(sent));
    } else if (errno == EPIPE || errno == ECONNRESET) {
        // The container has ended or closed its input; its output may still come.
        pending_.clear();
        inputOpen_ = false;
    } else if (errno != EINTR && errno != EAGAIN) {
        throw SystemError("cannot send to the container");
    }
}

void Session::endInput() {
    inputOpen_ = false;
    ::shutdown(socket_.get(), SHUT_WR);
}

void requireTerminal(const Streams& streams) {
    if (!isTerminal(streams.in))
        throw invalidArgument(
            "the input device is not a TTY: -t with -i needs a terminal as "
            "standard input");
}

} // namespace ctrd::cli

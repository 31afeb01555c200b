#include "monitor/attachment.h"

#include "monitor/framing.h"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

namespace ctrd::monitor {

namespace {

// Less than a whole buffer, so that a client's input is held back soon after the process stops
// reading it.
constexpr size_t kInputAtOnce = 16 * 1024;
// What is thrown away of a client's input when its stream ends.
constexpr int kMostDiscards = 64;

} // namespace

Attachment::Attachment(EventLoop& loop, ReadBuffer& buffer, Fd socket, const AttachRequest& request,
                       bool tty, Owner& owner)
    : buffer_(buffer), socket_(std::move(socket)), request_(request), framed_(!tty), owner_(owner) {
    const std::string keys = parseDetachKeys(request.detachKeys);
    if (tty) detachKeys_.emplace(keys);
    watch_ = loop.watch(socket_.get(), EPOLLIN, [this](uint32_t events) { handle(events); });
}

void Attachment::begin() {
    const std::string pending = std::exchange(request_.pendingInput, {});
    if (!pending.empty()) takeInput(pending);
}

void Attachment::handle(uint32_t events) {
    if ((events & EPOLLOUT) != 0) send();
    if (gone()) return;
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
        // It may have typed before it went.
        while (inputOpen_ && readInput()) {
        }
        return drop();
    }
    if ((events & EPOLLIN) != 0) readInput();
}

// False where there is nothing more to read.
bool Attachment::readInput() {
    const ssize_t n = recv(socket_.get(), buffer_.get(), kInputAtOnce, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (n <= 0) {
        endInput();
        return false;
    }
    takeInput(std::string_view(buffer_.get(), static_cast<size_t>(n)));
    return inputOpen_;
}

void Attachment::takeInput(std::string_view bytes) {
    if (!request_.in) return; // Docker's clients send none then; it must not fill the socket
    if (!detachKeys_) return owner_.typed(*this, bytes);
    std::string passed;
    const bool detach = detachKeys_->filter(bytes, passed);
    if (!passed.empty()) owner_.typed(*this, passed);
    if (detach) owner_.detached(*this);
}

void Attachment::endInput() {
    if (!std::exchange(inputOpen_, false)) return;
    setEvents();
    if (request_.in) owner_.inputEnded(*this);
}

void Attachment::allowInput(bool allowed) {
    if (gone() || allowed == inputAllowed_) return;
    inputAllowed_ = allowed;
    setEvents();
}

void Attachment::setEvents() {
    if (gone()) return;
    uint32_t events = inputOpen_ && inputAllowed_ ? uint32_t(EPOLLIN) : 0;
    if (!queue_.empty()) events |= EPOLLOUT;
    watch_.setEvents(events);
}

void Attachment::output(logging::Stream stream, std::string_view bytes) {
    const bool wanted = stream == logging::Stream::Stdout ? request_.out : request_.err;
    if (!wanted || gone()) return;
    const auto header = frameHeader(stream, static_cast<uint32_t>(bytes.size()));
    std::string_view front(header.data(), framed_ ? header.size() : 0);
    const bool waiting = !queue_.empty();
    const size_t sent = waiting ? 0 : sendNow(front, bytes);
    if (gone() || sent == front.size() + bytes.size()) return;
    const size_t ofHeader = std::min(sent, front.size());
    queue_.add(front.substr(ofHeader));
    queue_.add(bytes.substr(sent - ofHeader));
    if (!waiting) setEvents();
}

// How many of the bytes went; the client is gone where it cannot take any ever again.
size_t Attachment::sendNow(std::string_view header, std::string_view bytes) {
    iovec parts[2] = {{const_cast<char*>(header.data()), header.size()},
                      {const_cast<char*>(bytes.data()), bytes.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    ssize_t n;
    do
        n = sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno != EAGAIN) drop();
    if (n <= 0) return 0;
    taken_ += static_cast<uint64_t>(n);
    return static_cast<size_t>(n);
}

void Attachment::send() {
    while (!queue_.empty()) {
        const size_t n = sendNow({}, queue_.front());
        if (gone()) return;
        if (n == 0) break;
        queue_.take(n);
    }
    if (queue_.empty()) setEvents();
    owner_.relieved(*this);
}

void Attachment::drop() {
    if (gone()) return;
    watch_.reset();
    queue_.clear();
    socket_.reset();
    if (std::exchange(inputOpen_, false) && request_.in) owner_.inputEnded(*this);
    owner_.relieved(*this);
}

void Attachment::close() {
    if (gone()) return;
    inputOpen_ = false;
    if (!queue_.empty()) sendNow({}, queue_.front());
    if (gone()) return;
    // Not close(2) alone: ctrd may hold a copy, and input that nobody read would turn the end of
    // the stream into a reset, which can overtake the last output.
    shutdown(socket_.get(), SHUT_WR);
    for (int i = 0; i < kMostDiscards; ++i)
        if (recv(socket_.get(), buffer_.get(), ReadBuffer::kSize, MSG_DONTWAIT) <= 0) break;
    drop();
}

} // namespace ctrd::monitor

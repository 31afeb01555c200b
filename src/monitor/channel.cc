#include "monitor/channel.h"

#include "base/log.h"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <sys/socket.h>

namespace ctrd::monitor {

namespace {

// A peer that never reads its replies is dropped at this.
constexpr size_t kMostOutgoing = 4u << 20;

void collectFds(msghdr& message, std::vector<Fd>& into) {
    for (cmsghdr* h = CMSG_FIRSTHDR(&message); h != nullptr; h = CMSG_NXTHDR(&message, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
        const size_t count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; ++i) {
            int fd;
            std::memcpy(&fd, CMSG_DATA(h) + i * sizeof(int), sizeof fd);
            into.emplace_back(fd);
        }
    }
}

} // namespace

Channel::Channel(EventLoop& loop, Fd socket, PacketHandler onPacket, EndHandler onEnd)
    : loop_(loop),
      socket_(std::move(socket)),
      onPacket_(std::move(onPacket)),
      onEnd_(std::move(onEnd)),
      watch_(loop.watch(socket_.get(), EPOLLIN, [this](uint32_t events) { handle(events); })) {}

void Channel::handle(uint32_t events) {
    if ((events & EPOLLOUT) != 0) flush();
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        while (!ended_ && receive()) {
        }
}

// False where there is no more for now, or the peer is gone.
bool Channel::receive() {
    while (part_.size() < wanted_)
        if (!receivePart()) return false;
    if (!inBody_) {
        uint32_t length;
        std::memcpy(&length, part_.data(), sizeof length);
        wanted_ = ntohl(length);
        if (wanted_ > kMaxPacketBytes) {
            log::warn("a connection to the monitor sent what is no packet");
            end();
            return false;
        }
        inBody_ = true;
        part_.clear();
        return true;
    }
    incoming_.bytes = std::move(part_);
    Packet packet = std::exchange(incoming_, Packet{});
    part_ = std::string();
    wanted_ = sizeof(uint32_t);
    inBody_ = false;
    onPacket_(*this, std::move(packet));
    return true;
}

// Never reads over the end of a packet: descriptors that arrive belong to the one being read.
bool Channel::receivePart() {
    char buffer[4096];
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxPacketFds)];
    iovec part{buffer, std::min(sizeof buffer, wanted_ - part_.size())};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t n = recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EINTR) return true;
    if (n < 0 && errno == EAGAIN) return false;
    if (n <= 0) {
        end();
        return false;
    }
    collectFds(message, incoming_.fds);
    part_.append(buffer, static_cast<size_t>(n));
    return true;
}

void Channel::send(const std::string& bytes) {
    if (ended_) return;
    const uint32_t length = htonl(static_cast<uint32_t>(bytes.size()));
    outgoing_.add(std::string_view(reinterpret_cast<const char*>(&length), sizeof length));
    outgoing_.add(bytes);
    if (outgoing_.size() > kMostOutgoing) return end();
    flush();
}

void Channel::flush() {
    while (!outgoing_.empty()) {
        const auto bytes = outgoing_.front();
        const ssize_t n =
            ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return watch_.setEvents(EPOLLIN | EPOLLOUT);
        if (n < 0) return end();
        outgoing_.take(static_cast<size_t>(n));
    }
    if (!ended_) watch_.setEvents(EPOLLIN);
}

// Told later: the caller may be in the middle of walking over all channels.
void Channel::end() {
    if (std::exchange(ended_, true)) return;
    watch_.reset();
    outgoing_.clear();
    loop_.soon([this] { onEnd_(*this); });
}

} // namespace ctrd::monitor

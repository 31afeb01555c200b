#include "base/fd_passing.h"

#include "base/error.h"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace ctrd {

namespace {

constexpr size_t kControlBytes = CMSG_SPACE(sizeof(int) * kMaxPacketFds);

void attachFds(msghdr& message, char* control, const std::vector<int>& fds) {
    if (fds.empty()) return;
    if (fds.size() > kMaxPacketFds) throw internalError("too many descriptors in one packet");
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    std::memcpy(CMSG_DATA(header), fds.data(), sizeof(int) * fds.size());
}

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

size_t receiveSome(int socket, void* buffer, size_t size, std::vector<Fd>& fds) {
    alignas(cmsghdr) char control[kControlBytes];
    iovec part{buffer, size};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t n;
    do
        n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0) throw SystemError("receive a packet");
    collectFds(message, fds);
    return static_cast<size_t>(n);
}

// False where the stream ends before the first byte.
bool receiveExactly(int socket, void* buffer, size_t size, std::vector<Fd>& fds) {
    size_t done = 0;
    while (done < size) {
        const size_t n = receiveSome(socket, static_cast<char*>(buffer) + done, size - done, fds);
        if (n == 0 && done == 0) return false;
        if (n == 0) throw internalError("the peer closed its socket within a packet");
        done += n;
    }
    return true;
}

} // namespace

void sendPacket(int socket, const std::string& bytes, const std::vector<int>& fds) {
    uint32_t length = htonl(static_cast<uint32_t>(bytes.size()));
    std::string all(reinterpret_cast<const char*>(&length), sizeof length);
    all += bytes;
    alignas(cmsghdr) char control[kControlBytes] = {};
    size_t done = 0;
    while (done < all.size()) {
        iovec part{all.data() + done, all.size() - done};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        if (done == 0) attachFds(message, control, fds);
        const ssize_t n = sendmsg(socket, &message, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw SystemError("send a packet");
        done += static_cast<size_t>(n);
    }
}

std::optional<Packet> receivePacket(int socket) {
    Packet packet;
    uint32_t length = 0;
    if (!receiveExactly(socket, &length, sizeof length, packet.fds)) return std::nullopt;
    length = ntohl(length);
    if (length > kMaxPacketBytes) throw internalError("a packet is longer than allowed");
    packet.bytes.resize(length);
    if (length > 0 && !receiveExactly(socket, packet.bytes.data(), length, packet.fds))
        throw internalError("the peer closed its socket within a packet");
    return packet;
}

} // namespace ctrd

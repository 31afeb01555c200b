#pragma once

#include "base/fd.h"

#include <optional>
#include <string>
#include <vector>

namespace ctrd {

// A message over a unix stream socket: a 4-byte big-endian length, the bytes, and descriptors that
// travel with the first of them.
struct Packet {
    std::string bytes;
    std::vector<Fd> fds;
};

inline constexpr size_t kMaxPacketBytes = 16u << 20;
inline constexpr size_t kMaxPacketFds = 24;

// Blocks until the whole packet is sent; the descriptors stay the caller's.  Throws SystemError
// (EPIPE where the peer is gone; never raises SIGPIPE).
void sendPacket(int socket, const std::string& bytes, const std::vector<int>& fds = {});

// Blocks for the next packet; nothing at the end of the stream.  Received descriptors are
// close-on-exec.  Throws SystemError, or Internal for a packet over kMaxPacketBytes or a stream
// that ends within one.
std::optional<Packet> receivePacket(int socket);

} // namespace ctrd

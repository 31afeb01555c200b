#pragma once

#include "base/fd_passing.h"
#include "monitor/byte_queue.h"
#include "monitor/event_loop.h"

#include <functional>
#include <string>

namespace ctrd::monitor {

// The monitor's end of a connection that carries packets (base/fd_passing.h).  Never blocks: a ctrd
// that stopped in the middle of a packet must not stop the container's output.
class Channel {
public:
    using PacketHandler = std::function<void(Channel&, Packet)>;
    using EndHandler = std::function<void(Channel&)>;

    // `onEnd` is called once, when the peer closed, failed or sent what is no packet; it may
    // destroy the channel.  So may not `onPacket`.
    Channel(EventLoop& loop, Fd socket, PacketHandler onPacket, EndHandler onEnd);

    void send(const std::string& bytes);

    bool subscribed = false; // wants events

private:
    void handle(uint32_t events);
    bool receive();
    bool receivePart();
    void flush();
    void end();

    EventLoop& loop_;
    Fd socket_;
    PacketHandler onPacket_;
    EndHandler onEnd_;
    bool ended_ = false;
    Packet incoming_;
    std::string part_;    // of the length in front, or of the packet
    size_t wanted_ = 4;   // bytes of that part
    bool inBody_ = false; // the part is the packet itself
    ByteQueue outgoing_;
    EventLoop::Watch watch_;
};

} // namespace ctrd::monitor

#pragma once

#include "base/fd.h"
#include "logging/driver.h"
#include "monitor/byte_queue.h"
#include "monitor/detach_keys.h"
#include "monitor/event_loop.h"
#include "monitor/protocol.h"
#include "monitor/read_buffer.h"

#include <optional>
#include <string_view>

namespace ctrd::monitor {

// A client that was attached to a process: its socket, and what it has not taken yet.  Never
// blocks.  The socket's own flags stay as they are, ctrd may hold a copy.
class Attachment {
public:
    // What the attachment tells; none of these may destroy it.
    class Owner {
    public:
        virtual ~Owner() = default;
        virtual void typed(Attachment& from, std::string_view bytes) = 0;
        virtual void inputEnded(Attachment& from) = 0;
        virtual void detached(Attachment& from) = 0;
        // It takes more again, took all, or is gone.
        virtual void relieved(Attachment& from) = 0;
    };

    // Throws InvalidArgument for bad detach keys.
    Attachment(EventLoop& loop, ReadBuffer& buffer, Fd socket, const AttachRequest& request,
               bool tty, Owner& owner);

    // Hands on the input that came with the request; once the owner is ready for it.
    void begin();

    // Framed unless there is a tty.  Takes it at once, over the limit too; who asks congested()
    // first keeps the queue bounded.
    void output(logging::Stream stream, std::string_view bytes);
    bool congested() const { return queue_.size() >= kCongested; }
    bool flushed() const { return queue_.empty(); }
    bool gone() const { return !socket_; }
    // Bytes taken since the beginning: whether a slow client makes progress.
    uint64_t taken() const { return taken_; }

    // While not, nothing is read from the client and its side of the connection fills up.
    void allowInput(bool allowed);

    // Ends the client's stream after what is queued was sent as far as it goes at once.
    void close();

private:
    static constexpr size_t kCongested = 64 * 1024;

    void handle(uint32_t events);
    bool readInput();
    void takeInput(std::string_view bytes);
    void endInput();
    void send();
    size_t sendNow(std::string_view header, std::string_view bytes);
    void setEvents();
    void drop();

    ReadBuffer& buffer_;
    Fd socket_;
    AttachRequest request_;
    bool framed_;
    std::optional<DetachKeys> detachKeys_;
    Owner& owner_;
    bool inputOpen_ = true, inputAllowed_ = true;
    ByteQueue queue_;
    uint64_t taken_ = 0;
    EventLoop::Watch watch_;
};

} // namespace ctrd::monitor

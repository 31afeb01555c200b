#pragma once

#include "base/fd.h"
#include "monitor/byte_queue.h"
#include "monitor/event_loop.h"

#include <functional>
#include <string_view>

namespace ctrd::monitor {

// Writes what clients type into a process' standard input: our end of a pipe, or the master of its
// tty.
class InputPump {
public:
    // `onRoom` is called when it is full() no more.
    InputPump(EventLoop& loop, Fd target, std::function<void()> onRoom);

    // Takes it at once, over the limit too.
    void write(std::string_view bytes);
    bool full() const { return queue_.size() >= kFull; }

    // The process reads the end of its input after what was written.  Not for a tty.
    void end();

private:
    static constexpr size_t kFull = 64 * 1024;

    void flush();
    void close();

    Fd target_;
    ByteQueue queue_;
    std::function<void()> onRoom_;
    bool ending_ = false;
    EventLoop::Watch watch_;
};

} // namespace ctrd::monitor

#pragma once

#include "base/fd.h"
#include "logging/driver.h"
#include "monitor/event_loop.h"
#include "monitor/read_buffer.h"

#include <functional>
#include <string_view>

namespace ctrd::monitor {

// Reads one output of a process: our end of a pipe, or the master of its tty.
class OutputPump {
public:
    using Sink = std::function<void(logging::Stream, std::string_view)>;

    // `sink` gets what comes, unless `congested()`, which is asked before each read: the process
    // blocks then until resume().
    OutputPump(EventLoop& loop, ReadBuffer& buffer, Fd source, logging::Stream stream, Sink sink,
               std::function<bool()> congested);

    void resume();

    // The process has ended: gives all that it wrote to the sink, congested or not, and closes.
    // Does not wait for other processes that hold the same pipe.
    void drain(bool tty);

private:
    void handle();
    bool readOnce(size_t limit, size_t& got);
    void drainPipe();
    void drainTty();

    ReadBuffer& buffer_;
    Fd source_;
    logging::Stream stream_;
    Sink sink_;
    std::function<bool()> congested_;
    bool held_ = false;
    EventLoop::Watch watch_;
};

} // namespace ctrd::monitor

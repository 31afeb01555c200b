#pragma once

#include "base/fd.h"
#include "exec/driver.h"
#include "monitor/attachment.h"
#include "monitor/event_loop.h"
#include "monitor/input_pump.h"
#include "monitor/output_pump.h"
#include "monitor/read_buffer.h"

#include <functional>
#include <list>
#include <memory>
#include <vector>

#include <sys/types.h>

namespace ctrd::monitor {

// The standard streams of one process, and everybody who is attached to them.
class ProcessIo : private Attachment::Owner {
public:
    struct Settings {
        bool tty = false;
        pid_t ttyOf = -1;                 // a process whose /dev/pts it is to be in, if possible
        uint16_t rows = 0, columns = 0;   // of the tty; 0: leave
        bool input = false;               // otherwise the process reads /dev/null
        bool inputOnce = false;           // the first client's end of input ends the process' input
        bool output = true, error = true; // otherwise the process writes to /dev/null
    };
    struct Listener {
        std::function<void(logging::Stream, std::string_view)> output; // before clients get it
        std::function<void()> detached;                                // by a client's keys
    };

    // Throws SystemError where there are no pipes or terminals left.
    ProcessIo(EventLoop& loop, ReadBuffer& buffer, const Settings& settings, Listener listener);

    // The process' ends, once.
    exec::Stdio takeStdio() { return std::move(stdio_); }

    // Takes the client over for good.  Throws InvalidArgument for bad detach keys.
    void attach(const AttachRequest& request, Fd client);
    // Throws Conflict where there is no tty.
    void resize(uint16_t rows, uint16_t columns);

    // The process has ended: all that it wrote goes to the listener and the clients' queues.
    void drain();
    // Calls `then` once every client took what is queued for it, or made no progress for some
    // seconds and was dropped.
    void whenFlushed(std::function<void()> then);
    // Ends the clients' streams.
    void close();

private:
    void openTty();
    void openPipes();
    void addOutput(Fd source, logging::Stream stream);
    void addInput(Fd target);
    void output(logging::Stream stream, std::string_view bytes);
    bool congested() const;
    void allowInput(bool allowed);
    void sweep();
    void checkFlushed();
    void dropStalled();
    uint64_t takenByAll() const;

    void typed(Attachment& from, std::string_view bytes) override;
    void inputEnded(Attachment& from) override;
    void detached(Attachment& from) override;
    void relieved(Attachment& from) override;

    EventLoop& loop_;
    ReadBuffer& buffer_;
    Settings settings_;
    Listener listener_;
    exec::Stdio stdio_;
    Fd master_; // of the tty
    std::list<Attachment> attachments_;
    std::vector<std::unique_ptr<OutputPump>> outputs_;
    std::unique_ptr<InputPump> input_;
    std::function<void()> whenFlushed_;
    uint64_t takenBefore_ = 0;
    EventLoop::Timer stallTimer_;
    EventLoop::Timer sweepTimer_;
};

} // namespace ctrd::monitor

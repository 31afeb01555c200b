#pragma once

#include "base/time.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// Where a container's output goes.
namespace ctrd::logging {

enum class Stream { Stdout, Stderr };

// A line, with its newline where it has one; a line over 16 KiB is cut into pieces, `partial` but
// the last.
struct Message {
    Stream stream = Stream::Stdout;
    Timestamp time = 0;
    std::string_view line;
    bool partial = false;
};

// What of a log is wanted.
struct ReadOptions {
    Timestamp since = 0, until = 0; // 0: no bound
    long long tail = -1;            // the last N lines; -1: all
    bool follow = false;
    bool stdoutWanted = true, stderrWanted = true;
};

class Reader {
public:
    virtual ~Reader() = default;

    // The next message; its `line` is valid until the next call.  Nothing at the end of the log.
    // With `follow` it waits for more until `stop()` said that no more will come, and still returns
    // all that was written before.
    virtual std::optional<Message> next() = 0;

    // From any thread: the writer is gone, end after what is there.
    virtual void stop() = 0;
};

// Owned by the monitor, one thread.
class Driver {
public:
    virtual ~Driver() = default;

    virtual std::string name() const = 0;
    // Takes it over at once or throws; many messages may share one write(2) until flush().
    virtual void write(const Message& message) = 0;
    // What was written is with the kernel when this returns: it survives the monitor.
    virtual void flush() = 0;
    virtual void close() = 0;
};

// "max-size" = "10m" …; keys a driver does not know were refused by validateOptions before.
using Options = std::map<std::string, std::string>;

} // namespace ctrd::logging

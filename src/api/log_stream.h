#pragma once

#include "api/http/server.h"
#include "api/raw_stream.h"
#include "logging/driver.h"

#include <string>

namespace ctrd::api {

struct LogFormat {
    bool framed = true; // false: the container has a terminal, its output is one plain stream
    bool timestamps = false;
    bool details = false; // attributes before the line; none are recorded, which leaves the blank
};

// Turns messages into the bytes of GET /containers/X/logs.
class LogFormatter {
public:
    explicit LogFormatter(LogFormat format) : format_(format) {}

    void append(std::string& out, const logging::Message& message);

private:
    LogFormat format_;
    std::string prefix_;
    bool continued_[2] = {false, false}; // whether the stream's last message was partial
};

// Sends a log to its end, in large writes.
void sendLog(logging::Reader& reader, const LogFormat& format, http::Exchange& client);

// The same while it grows: what is there goes out at once.  Ends, and stops the reader, when the
// client goes away.
void followLog(logging::Reader& reader, const LogFormat& format, http::Exchange& client);

} // namespace ctrd::api

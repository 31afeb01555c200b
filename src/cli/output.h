#pragma once

#include "api/wire/frame.h"
#include "cli/command.h"

#include <string>
#include <string_view>

namespace ctrd::cli {

// Writes a container's two streams to ours.  Collects small parts (a line of a log is a frame of
// its own) into large writes, in the order they came.
class Output {
public:
    // `framed`: what is fed are frames; otherwise it is standard output as it is.
    Output(const Streams& streams, bool framed) : streams_(streams), framed_(framed) {}

    // Throws SystemError where a stream cannot take it.
    void feed(std::string_view data);
    // To be called before anything is waited for: what was fed is on its way then.
    void flush();

private:
    void write(api::wire::StreamId stream, std::string_view part);

    Streams streams_;
    bool framed_;
    api::wire::FrameDecoder decoder_;
    std::string pending_;
    int pendingFd_ = -1;
};

} // namespace ctrd::cli

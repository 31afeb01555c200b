#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

// How the streams of a container without a terminal share one connection: Docker's framing, which
// attach, exec and logs speak alike.  Each frame is an 8-byte header (stream number, three zero
// bytes, payload length as 32-bit big endian) and the payload.  With a terminal there are no
// frames.
namespace ctrd::api::wire {

enum class StreamId : uint8_t {
    Stdin = 0,
    Stdout = 1,
    Stderr = 2,
    Daemon = 3, // an error of the daemon's own, in words
};

inline constexpr size_t kFrameHeaderBytes = 8;

// The values of Content-Type that tell the two forms apart, from API 1.42 on.
inline constexpr const char* kRawStreamType = "application/vnd.docker.raw-stream";
inline constexpr const char* kMultiplexedStreamType = "application/vnd.docker.multiplexed-stream";

std::array<char, kFrameHeaderBytes> frameHeader(StreamId stream, uint32_t payloadBytes);

// Takes a stream of frames apart, however the transport cut it.
class FrameDecoder {
public:
    // Called with a part of a payload; empty frames are not reported.
    using Sink = std::function<void(StreamId stream, std::string_view part)>;

    // Hands every payload byte of `data` on at once: a payload is never held back until it is
    // whole.  Throws Internal for a header that is none, and must not be used after that.
    void feed(std::string_view data, const Sink& sink);

    // Whether the bytes so far end with a whole frame.
    bool atBoundary() const { return headerBytes_ == 0 && payloadLeft_ == 0; }

private:
    void readHeader();

    std::array<char, kFrameHeaderBytes> header_{};
    size_t headerBytes_ = 0; // of header_, as far as they came
    StreamId stream_ = StreamId::Stdout;
    uint32_t payloadLeft_ = 0;
};

} // namespace ctrd::api::wire

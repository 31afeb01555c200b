#include "api/wire/frame.h"

#include "base/error.h"

#include <algorithm>
#include <cstring>

namespace ctrd::api::wire {

std::array<char, kFrameHeaderBytes> frameHeader(StreamId stream, uint32_t payloadBytes) {
    return {static_cast<char>(stream),
            0,
            0,
            0,
            static_cast<char>(payloadBytes >> 24),
            static_cast<char>(payloadBytes >> 16),
            static_cast<char>(payloadBytes >> 8),
            static_cast<char>(payloadBytes)};
}

void FrameDecoder::readHeader() {
    const auto byte = [this](size_t i) { return static_cast<uint8_t>(header_[i]); };
    if (byte(0) > static_cast<uint8_t>(StreamId::Daemon) || header_[1] != 0 || header_[2] != 0 ||
        header_[3] != 0)
        throw internalError("the stream holds no frames: a header begins with byte " +
                            std::to_string(byte(0)));
    stream_ = static_cast<StreamId>(byte(0));
    payloadLeft_ =
        uint32_t(byte(4)) << 24 | uint32_t(byte(5)) << 16 | uint32_t(byte(6)) << 8 | byte(7);
    headerBytes_ = 0;
}

void FrameDecoder::feed(std::string_view data, const Sink& sink) {
    while (!data.empty()) {
        if (payloadLeft_ > 0) {
            const std::string_view part = data.substr(0, payloadLeft_);
            payloadLeft_ -= static_cast<uint32_t>(part.size());
            data.remove_prefix(part.size());
            sink(stream_, part);
            continue;
        }
        const size_t wanted = std::min(kFrameHeaderBytes - headerBytes_, data.size());
        std::memcpy(header_.data() + headerBytes_, data.data(), wanted);
        headerBytes_ += wanted;
        data.remove_prefix(wanted);
        if (headerBytes_ == kFrameHeaderBytes) readHeader();
    }
}

} // namespace ctrd::api::wire

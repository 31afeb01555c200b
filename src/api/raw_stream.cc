#include "api/raw_stream.h"

namespace ctrd::api {

void appendFrame(std::string& out, Channel channel, std::string_view data) {
    const auto size = static_cast<uint32_t>(data.size());
    const char header[] = {static_cast<char>(channel),
                           0,
                           0,
                           0,
                           static_cast<char>(size >> 24),
                           static_cast<char>(size >> 16),
                           static_cast<char>(size >> 8),
                           static_cast<char>(size)};
    out.append(header, sizeof header).append(data);
}

std::string streamType(wire::Version version, bool tty) {
    return tty || version < wire::Version{1, 42} ? "application/vnd.docker.raw-stream"
                                                 : "application/vnd.docker.multiplexed-stream";
}

engine::Hijack hijackOf(Context& context) {
    return [&context](bool tty) {
        auto taken = context.http.hijack(streamType(context.version, tty));
        return engine::HijackedClient{std::move(taken.socket), std::move(taken.pendingInput)};
    };
}

} // namespace ctrd::api

#include "cli/output.h"

#include "base/fd.h"

namespace ctrd::cli {

namespace {

constexpr size_t kFlushBytes = 256u << 10;

} // namespace

void Output::feed(std::string_view data) {
    if (!framed_) {
        write(api::wire::StreamId::Stdout, data);
        return;
    }
    decoder_.feed(
        data, [this](api::wire::StreamId stream, std::string_view part) { write(stream, part); });
}

void Output::write(api::wire::StreamId stream, std::string_view part) {
    const int fd = stream == api::wire::StreamId::Stdout ? streams_.out : streams_.err;
    if (fd != pendingFd_ || pending_.size() + part.size() > kFlushBytes) flush();
    pendingFd_ = fd;
    if (part.size() > kFlushBytes / 2 && pending_.empty())
        writeAll(fd, part);
    else
        pending_ += part;
}

void Output::flush() {
    if (!pending_.empty()) writeAll(pendingFd_, pending_);
    pending_.clear();
}

} // namespace ctrd::cli

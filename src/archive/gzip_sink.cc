#include "archive/compression.h"
#include "base/error.h"

#include <algorithm>
#include <vector>

#include <zlib.h>

namespace ctrd::archive {

// 15 bits of window, and 16 for the gzip format with its checksum.
constexpr int kGzipWindow = 15 + 16;

struct GzipSink::State {
    z_stream z = {};
    std::vector<char> buffer = std::vector<char>(kStreamBuffer);
};

GzipSink::GzipSink(Sink& to, int level) : state_(std::make_unique<State>()), to_(to) {
    if (deflateInit2(&state_->z, level, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw internalError("cannot start zlib: out of memory");
}

GzipSink::~GzipSink() {
    deflateEnd(&state_->z);
}

void GzipSink::write(const void* data, size_t size) {
    const auto* at = static_cast<const char*>(data);
    while (size > 0) {
        const size_t n = std::min<size_t>(size, 1u << 30);
        state_->z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(at));
        state_->z.avail_in = static_cast<uInt>(n);
        pump(Z_NO_FLUSH);
        at += n;
        size -= n;
    }
}

void GzipSink::finish() {
    pump(Z_FINISH);
}

void GzipSink::pump(int flush) {
    auto& z = state_->z;
    auto& buffer = state_->buffer;
    do {
        z.next_out = reinterpret_cast<Bytef*>(buffer.data());
        z.avail_out = static_cast<uInt>(buffer.size());
        deflate(&z, flush);
        to_.write(buffer.data(), buffer.size() - z.avail_out);
    } while (z.avail_out == 0);
}

} // namespace ctrd::archive

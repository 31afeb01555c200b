#include "archive/decoders.h"

#include <cstring>

#include <zlib.h>

namespace ctrd::archive {

namespace {

// 15 bits of window, and 16 for the gzip format with its checksum.
constexpr int kGzipWindow = 15 + 16;

class GzipDecoder : public Source {
public:
    explicit GzipDecoder(Source& from) : in_(from) {
        if (inflateInit2(&z_, kGzipWindow) != Z_OK)
            throw internalError("cannot start zlib: out of memory");
    }
    GzipDecoder(const GzipDecoder&) = delete;
    GzipDecoder& operator=(const GzipDecoder&) = delete;
    ~GzipDecoder() override { inflateEnd(&z_); }

    size_t read(void* buffer, size_t size) override {
        z_.next_out = static_cast<Bytef*>(buffer);
        z_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1u << 30));
        const uInt wanted = z_.avail_out;
        while (z_.avail_out == wanted && !done_)
            step();
        return wanted - z_.avail_out;
    }

private:
    DecoderInput in_;
    z_stream z_ = {};
    bool atMemberStart_ = true, first_ = true, done_ = false;

    void step() {
        if (atMemberStart_ && !beginMember()) return;
        if (!in_.fill()) throw brokenStream(Compression::Gzip, "it ends early");
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in_.data()));
        z_.avail_in = static_cast<uInt>(in_.size());
        const int result = inflate(&z_, Z_NO_FLUSH);
        in_.consume(in_.size() - z_.avail_in);
        if (result == Z_STREAM_END)
            atMemberStart_ = true;
        else if (result != Z_OK && result != Z_BUF_ERROR)
            throw brokenStream(Compression::Gzip, z_.msg != nullptr ? z_.msg : "damaged data");
    }

    // What follows a member and is no other one is not ours: tapes pad with zeros, as gzip(1)
    // knows.
    bool beginMember() {
        if (!in_.fill() || (!first_ && *in_.data() != '\x1f')) {
            while (in_.fill())
                in_.consume(in_.size());
            done_ = true;
            return false;
        }
        inflateReset(&z_);
        atMemberStart_ = first_ = false;
        return true;
    }
};

} // namespace

std::unique_ptr<Source> gzipDecoder(Source& from) {
    return std::make_unique<GzipDecoder>(from);
}

} // namespace ctrd::archive

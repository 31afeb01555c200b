#include "archive/decoders.h"

#include <zstd.h>

namespace ctrd::archive {

namespace {

struct FreeStream {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

// The library's own limit of 128 MiB for a window holds.
class ZstdDecoder : public Source {
public:
    explicit ZstdDecoder(Source& from) : in_(from), stream_(ZSTD_createDStream()) {
        if (!stream_) throw internalError("cannot start libzstd: out of memory");
        ZSTD_initDStream(stream_.get());
    }

    size_t read(void* buffer, size_t size) override {
        ZSTD_outBuffer out = {buffer, size, 0};
        while (out.pos == 0 && !done_)
            step(out);
        return out.pos;
    }

private:
    DecoderInput in_;
    std::unique_ptr<ZSTD_DStream, FreeStream> stream_;
    bool inFrame_ = true, done_ = false;

    void step(ZSTD_outBuffer& out) {
        if (!in_.fill()) {
            if (inFrame_ && !flushed(out)) throw brokenStream(Compression::Zstd, "it ends early");
            done_ = !inFrame_;
            return;
        }
        ZSTD_inBuffer in = {in_.data(), in_.size(), 0};
        decode(out, in);
        in_.consume(in.pos);
    }

    // Output may wait inside the library after the last byte of input.
    bool flushed(ZSTD_outBuffer& out) {
        ZSTD_inBuffer none = {nullptr, 0, 0};
        decode(out, none);
        return out.pos > 0 || !inFrame_;
    }

    void decode(ZSTD_outBuffer& out, ZSTD_inBuffer& in) {
        const size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
        if (ZSTD_isError(result) != 0)
            throw brokenStream(Compression::Zstd, ZSTD_getErrorName(result));
        inFrame_ = result != 0;
    }
};

} // namespace

std::unique_ptr<Source> zstdDecoder(Source& from) {
    return std::make_unique<ZstdDecoder>(from);
}

} // namespace ctrd::archive

#include "archive/decoders.h"

#include <lzma.h>

namespace ctrd::archive {

namespace {

class XzDecoder : public Source {
public:
    explicit XzDecoder(Source& from) : in_(from) {
        if (lzma_stream_decoder(&lzma_, kMaxDecoderMemory, LZMA_CONCATENATED) != LZMA_OK)
            throw internalError("cannot start liblzma: out of memory");
    }
    XzDecoder(const XzDecoder&) = delete;
    XzDecoder& operator=(const XzDecoder&) = delete;
    ~XzDecoder() override { lzma_end(&lzma_); }

    size_t read(void* buffer, size_t size) override {
        lzma_.next_out = static_cast<uint8_t*>(buffer);
        lzma_.avail_out = size;
        while (lzma_.avail_out == size && !done_)
            step();
        return size - lzma_.avail_out;
    }

private:
    DecoderInput in_;
    lzma_stream lzma_ = LZMA_STREAM_INIT;
    bool done_ = false;

    void step() {
        const bool more = in_.fill();
        lzma_.next_in = reinterpret_cast<const uint8_t*>(in_.data());
        lzma_.avail_in = in_.size();
        const lzma_ret result = lzma_code(&lzma_, more ? LZMA_RUN : LZMA_FINISH);
        in_.consume(in_.size() - lzma_.avail_in);
        if (result == LZMA_STREAM_END)
            done_ = true;
        else if (result == LZMA_MEMLIMIT_ERROR)
            throw brokenStream(Compression::Xz, "its window needs more than 256 MiB");
        else if (result != LZMA_OK)
            throw brokenStream(Compression::Xz, more ? "damaged data" : "it ends early");
    }
};

} // namespace

std::unique_ptr<Source> xzDecoder(Source& from) {
    return std::make_unique<XzDecoder>(from);
}

} // namespace ctrd::archive

#include "archive/decoders.h"

#include <algorithm>

#include <bzlib.h>

namespace ctrd::archive {

namespace {

class Bzip2Decoder : public Source {
public:
    explicit Bzip2Decoder(Source& from) : in_(from) {}
    Bzip2Decoder(const Bzip2Decoder&) = delete;
    Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;
    ~Bzip2Decoder() override { end(); }

    size_t read(void* buffer, size_t size) override {
        bz_.next_out = static_cast<char*>(buffer);
        bz_.avail_out = static_cast<unsigned>(std::min<size_t>(size, 1u << 30));
        const unsigned wanted = bz_.avail_out;
        while (bz_.avail_out == wanted && !done_)
            step();
        return wanted - bz_.avail_out;
    }

private:
    DecoderInput in_;
    bz_stream bz_ = {};
    bool open_ = false, first_ = true, done_ = false;

    void end() {
        if (open_) BZ2_bzDecompressEnd(&bz_);
        open_ = false;
    }

    void step() {
        if (!open_ && !begin()) return;
        if (!in_.fill()) throw brokenStream(Compression::Bzip2, "it ends early");
        bz_.next_in = const_cast<char*>(in_.data());
        bz_.avail_in = static_cast<unsigned>(in_.size());
        const int result = BZ2_bzDecompress(&bz_);
        in_.consume(in_.size() - bz_.avail_in);
        if (result == BZ_STREAM_END)
            end();
        else if (result != BZ_OK)
            throw brokenStream(Compression::Bzip2, "damaged data");
    }

    // A file of several streams, as pbzip2 makes it, goes on with the next; other bytes behind the
    // last are not ours.
    bool begin() {
        if (!in_.fill() || (!first_ && *in_.data() != 'B')) {
            while (in_.fill())
                in_.consume(in_.size());
            done_ = true;
            return false;
        }
        // libbz2 keeps the output pointers of the stream over a new start.
        if (BZ2_bzDecompressInit(&bz_, 0, 0) != BZ_OK)
            throw internalError("cannot start libbz2: out of memory");
        open_ = true;
        first_ = false;
        return true;
    }
};

} // namespace

std::unique_ptr<Source> bzip2Decoder(Source& from) {
    return std::make_unique<Bzip2Decoder>(from);
}

} // namespace ctrd::archive

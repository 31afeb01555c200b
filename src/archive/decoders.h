#pragma once

#include "archive/compression.h"
#include "base/error.h"

#include <memory>
#include <string>
#include <vector>

// The decoders behind DecompressingSource, one per library.
namespace ctrd::archive {

// Window of a compressed stream that is still unpacked: xz -9 wants 65 MiB, zstd --long 128.
inline constexpr size_t kMaxDecoderMemory = 256u << 20;

// The compressed side of a decoder: a buffer that is refilled when it is used up.
class DecoderInput {
public:
    explicit DecoderInput(Source& from) : from_(from), buffer_(kStreamBuffer) {}

    // Whether there is a byte; reads more where the buffer is empty.
    bool fill() {
        if (at_ == end_) {
            at_ = 0;
            end_ = from_.read(buffer_.data(), buffer_.size());
        }
        return at_ < end_;
    }
    const char* data() const { return buffer_.data() + at_; }
    size_t size() const { return end_ - at_; }
    void consume(size_t n) { at_ += n; }

private:
    Source& from_;
    std::vector<char> buffer_;
    size_t at_ = 0, end_ = 0;
};

inline Error brokenStream(Compression compression, const std::string& why) {
    return invalidArgument(std::string("broken ") + compressionName(compression) +
                           " stream: " + why);
}

std::unique_ptr<Source> gzipDecoder(Source& from);
std::unique_ptr<Source> bzip2Decoder(Source& from);
std::unique_ptr<Source> xzDecoder(Source& from);
std::unique_ptr<Source> zstdDecoder(Source& from);

} // namespace ctrd::archive

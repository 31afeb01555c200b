#include "archive/compression.h"

#include "archive/decoders.h"
#include "base/strings.h"

#include <cstring>

namespace ctrd::archive {

namespace {

using namespace std::string_view_literals;

struct Format {
    Compression compression;
    const char* name;
    std::string_view magic;
    std::unique_ptr<Source> (*decoder)(Source&);
};

constexpr Format kFormats[] = {
    {Compression::Gzip, "gzip", "\x1f\x8b"sv, gzipDecoder},
    {Compression::Bzip2, "bzip2", "BZh"sv, bzip2Decoder},
    {Compression::Xz, "xz", "\xfd\x37zXZ\0"sv, xzDecoder},
    {Compression::Zstd, "zstd", "\x28\xb5\x2f\xfd"sv, zstdDecoder},
};

} // namespace

Compression detectCompression(std::string_view beginning) {
    for (const auto& format : kFormats)
        if (startsWith(beginning, format.magic)) return format.compression;
    return Compression::None;
}

const char* compressionName(Compression compression) {
    for (const auto& format : kFormats)
        if (format.compression == compression) return format.name;
    return "uncompressed";
}

// Gives the bytes that were looked at again, then the rest.
class DecompressingSource::Peeked : public Source {
public:
    explicit Peeked(Source& from) : from_(from) {}

    std::string_view peek() {
        while (size_ < kMagicBytes) {
            const size_t n = from_.read(beginning_ + size_, kMagicBytes - size_);
            if (n == 0) break;
            size_ += n;
        }
        return {beginning_, size_};
    }

    size_t read(void* buffer, size_t size) override {
        if (at_ == size_) return from_.read(buffer, size);
        const size_t n = std::min(size, size_ - at_);
        std::memcpy(buffer, beginning_ + at_, n);
        at_ += n;
        return n;
    }

private:
    Source& from_;
    char beginning_[kMagicBytes] = {};
    size_t size_ = 0, at_ = 0;
};

DecompressingSource::DecompressingSource(Source& from) : peeked_(std::make_unique<Peeked>(from)) {}
DecompressingSource::~DecompressingSource() = default;

void DecompressingSource::start() {
    if (started_) return;
    compression_ = detectCompression(peeked_->peek());
    for (const auto& format : kFormats)
        if (format.compression == compression_) decoder_ = format.decoder(*peeked_);
    started_ = true;
}

size_t DecompressingSource::read(void* buffer, size_t size) {
    if (size == 0) return 0;
    start();
    return decoder_ ? decoder_->read(buffer, size) : peeked_->read(buffer, size);
}

Compression DecompressingSource::compression() {
    start();
    return compression_;
}

} // namespace ctrd::archive

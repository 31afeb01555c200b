#pragma once

#include "archive/stream.h"

#include <memory>
#include <string_view>

namespace ctrd::archive {

enum class Compression { None, Gzip, Bzip2, Xz, Zstd };

// Bytes detectCompression() wants to see, at most; fewer are fine where the stream is shorter.
inline constexpr size_t kMagicBytes = 6;

// By the magic number at the beginning of a stream; None for everything else.
Compression detectCompression(std::string_view beginning);
// "gzip" …; "uncompressed" of None.
const char* compressionName(Compression compression);

// Yields the plain bytes of `from`, whatever of the above it is compressed with (several members
// one after the other included); an uncompressed stream passes through.  The first read() finds
// out which.  `from` must outlive it.  Throws InvalidArgument "broken gzip stream: …" for damaged
// or truncated input and for xz and zstd streams whose window would need more than 256 MiB.
class DecompressingSource : public Source {
public:
    explicit DecompressingSource(Source& from);
    DecompressingSource(const DecompressingSource&) = delete;
    DecompressingSource& operator=(const DecompressingSource&) = delete;
    ~DecompressingSource() override;

    size_t read(void* buffer, size_t size) override;
    // Reads the beginning of `from` where that was not done yet.
    Compression compression();

private:
    class Peeked;
    std::unique_ptr<Peeked> peeked_;
    std::unique_ptr<Source> decoder_;
    Compression compression_ = Compression::None;
    bool started_ = false;
    void start();
};

// Compresses to gzip without a time or name, so that equal input makes equal output.
class GzipSink : public Sink {
public:
    // `level` is zlib's, 1 (fast) to 9.
    explicit GzipSink(Sink& to, int level = 6);
    GzipSink(const GzipSink&) = delete;
    GzipSink& operator=(const GzipSink&) = delete;
    ~GzipSink() override;

    void write(const void* data, size_t size) override;
    // Writes the end of the stream; without it the stream is truncated.
    void finish();

private:
    struct State;
    std::unique_ptr<State> state_;
    Sink& to_;
    void pump(int flush);
};

} // namespace ctrd::archive

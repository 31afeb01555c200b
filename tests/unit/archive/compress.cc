#include "unit/archive/compress.h"

#include "archive/compression.h"

#include <cppunit/TestAssert.h>

#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>

namespace ctrd::testing {

namespace {

// Room for what any of the libraries makes of incompressible bytes.
size_t bound(const std::string& bytes) {
    return bytes.size() + bytes.size() / 50 + 4096;
}

} // namespace

std::string gzip(const std::string& bytes) {
    archive::StringSink sink;
    archive::GzipSink gzip(sink);
    gzip.write(bytes.data(), bytes.size());
    gzip.finish();
    return sink.release();
}

std::string bzip2(const std::string& bytes) {
    std::string out(bound(bytes), '\0');
    auto size = static_cast<unsigned>(out.size());
    std::string in = bytes;
    const int result = BZ2_bzBuffToBuffCompress(out.data(), &size, in.data(),
                                                static_cast<unsigned>(in.size()), 1, 0, 0);
    CPPUNIT_ASSERT_EQUAL(BZ_OK, result);
    out.resize(size);
    return out;
}

std::string xz(const std::string& bytes) {
    std::string out(bound(bytes), '\0');
    size_t size = 0;
    const auto result = lzma_easy_buffer_encode(
        0, LZMA_CHECK_CRC32, nullptr, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
        reinterpret_cast<uint8_t*>(out.data()), &size, out.size());
    CPPUNIT_ASSERT_EQUAL(LZMA_OK, result);
    out.resize(size);
    return out;
}

std::string zstd(const std::string& bytes) {
    std::string out(bound(bytes), '\0');
    const size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 1);
    CPPUNIT_ASSERT(ZSTD_isError(size) == 0);
    out.resize(size);
    return out;
}

} // namespace ctrd::testing

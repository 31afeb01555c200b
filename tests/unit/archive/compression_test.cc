#include "archive/compression.h"

#include "archive/digest.h"
#include "unit/archive/compress.h"
#include "unit/testing/expect.h"

namespace ctrd::archive {

using namespace ctrd::testing; // NOLINT(google-build-using-namespace)

namespace {

struct Form {
    Compression compression;
    std::string (*compress)(const std::string&);
};
constexpr Form kForms[] = {{Compression::Gzip, gzip},
                           {Compression::Bzip2, bzip2},
                           {Compression::Xz, xz},
                           {Compression::Zstd, zstd}};

// Gives `step` bytes at a time, as a slow connection does.
class Dribble : public Source {
public:
    Dribble(std::string text, size_t step) : text_(std::move(text)), step_(step) {}
    size_t read(void* buffer, size_t size) override {
        return text_.read(buffer, std::min(size, step_));
    }

private:
    StringSource text_;
    size_t step_;
};

std::string plain(const std::string& compressed, size_t step = kStreamBuffer) {
    Dribble source(compressed, step);
    DecompressingSource decompressing(source);
    StringSink sink;
    copyAll(decompressing, sink);
    return sink.release();
}

// Text that compresses, longer than the decoders' buffers.
std::string sample() {
    std::string text;
    for (int i = 0; text.size() < 3 * kStreamBuffer; ++i)
        text += digestOf(std::to_string(i)).text() + "\n";
    return text;
}

} // namespace

class CompressionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompressionTest);
    CPPUNIT_TEST(knowsThemByTheirBeginning);
    CPPUNIT_TEST(unpacksAll);
    CPPUNIT_TEST(takesSmallSteps);
    CPPUNIT_TEST(passesPlainBytesThrough);
    CPPUNIT_TEST(joinsMembers);
    CPPUNIT_TEST(ignoresPaddingBehindGzip);
    CPPUNIT_TEST(refusesTruncation);
    CPPUNIT_TEST(refusesDamage);
    CPPUNIT_TEST(refusesLargeWindows);
    CPPUNIT_TEST(makesEqualGzipOfEqualBytes);
    CPPUNIT_TEST(digestsWhatPasses);
    CPPUNIT_TEST(knowsDigests);
    CPPUNIT_TEST_SUITE_END();

public:
    void knowsThemByTheirBeginning() {
        for (const auto& form : kForms) {
            CPPUNIT_ASSERT(form.compression == detectCompression(form.compress("x")));
            Dribble source(form.compress("x"), 1);
            CPPUNIT_ASSERT(form.compression == DecompressingSource(source).compression());
        }
        CPPUNIT_ASSERT(Compression::None == detectCompression(""));
        CPPUNIT_ASSERT(Compression::None == detectCompression("\x1f"));
        CPPUNIT_ASSERT(Compression::None == detectCompression("#!/bin/sh"));
        expectEqual("uncompressed", compressionName(Compression::None));
        expectEqual("zstd", compressionName(Compression::Zstd));
    }

    void unpacksAll() {
        const std::string text = sample();
        for (const auto& form : kForms) {
            CPPUNIT_ASSERT(plain(form.compress(text)) == text);
            expectEqual("", plain(form.compress("")));
        }
    }

    void takesSmallSteps() {
        for (const auto& form : kForms)
            for (const size_t step : {1, 7, 511})
                expectEqual("hello, layers", plain(form.compress("hello, layers"), step));
    }

    void passesPlainBytesThrough() {
        for (const auto& text :
             {std::string(), std::string("B"), std::string("BZ, no bzip2"), sample()})
            CPPUNIT_ASSERT(plain(text, 3) == text);
    }

    // pigz, pbzip2, xz -T and zstd make files of several streams, and so does `cat`.
    void joinsMembers() {
        for (const auto& form : kForms) {
            const std::string name = compressionName(form.compression);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                name, std::string("onetwo"),
                plain(form.compress("one") + form.compress("") + form.compress("two")));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("onetwo"),
                                         plain(form.compress("one") + form.compress("two"), 1));
        }
    }

    void ignoresPaddingBehindGzip() {
        expectEqual("x", plain(gzip("x") + std::string(10000, '\0')));
        expectEqual("x", plain(bzip2("x") + std::string(10000, '\0')));
        expectEqual("x", plain(xz("x") + std::string(512, '\0')));
    }

    void refusesTruncation() {
        for (const auto& form : kForms) {
            const std::string whole = form.compress("some text that is long enough to be cut");
            const std::string name = compressionName(form.compression);
            for (size_t at = kMagicBytes; at < whole.size(); ++at)
                expectError(ErrorKind::InvalidArgument, "broken " + name + " stream: it ends early",
                            [&] { plain(whole.substr(0, at)); });
            expectError(ErrorKind::InvalidArgument, "broken " + name,
                        [&] { plain(whole + whole.substr(0, whole.size() / 2)); });
        }
    }

    void refusesDamage() {
        const std::string text = sample();
        for (const auto& form : kForms) {
            std::string damaged = form.compress(text);
            for (size_t at = damaged.size() / 2; at < damaged.size() / 2 + 8; ++at)
                damaged[at] = static_cast<char>(~damaged[at]);
            if (form.compression == Compression::Zstd) continue; // no checksum by default: below
            expectError(ErrorKind::InvalidArgument,
                        std::string("broken ") + compressionName(form.compression),
                        [&] { plain(damaged); });
        }
        expectError(ErrorKind::InvalidArgument, "broken zstd stream",
                    [&] { plain(zstd("x") + "garbage"); });
    }

    // A frame header that asks for a window of 2 GiB (RFC 8878, 3.1.1.1.2).
    void refusesLargeWindows() {
        expectError(ErrorKind::InvalidArgument, "broken zstd stream",
                    [] { plain(std::string("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9)); });
    }

    void makesEqualGzipOfEqualBytes() {
        CPPUNIT_ASSERT(gzip(sample()) == gzip(sample()));
        expectEqual(std::string("\x1f\x8b\x08\0\0\0\0\0", 8), gzip("x").substr(0, 8));
    }

    void digestsWhatPasses() {
        const std::string text = sample();
        StringSource source(text);
        DigestingSource in(source);
        StringSink sink;
        DigestingSink out(sink);
        copyAll(in, out);
        const Digest digest = in.digest();
        CPPUNIT_ASSERT(digest == digestOf(text));
        CPPUNIT_ASSERT(out.digest() == digest);
        CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(text.size()), in.bytes());
        CPPUNIT_ASSERT_EQUAL(static_cast<int64_t>(text.size()), out.bytes());
        CPPUNIT_ASSERT(sink.text() == text);
    }

    void knowsDigests() {
        // FIPS 180-2, appendix B, and the empty message.
        expectEqual("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                    digestOf("abc").text());
        const std::string empty =
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        expectEqual(empty, digestOf("").text());
        expectEqual(empty, Digest::parse(empty).text());
        expectEqual(empty.substr(7), Digest::parse(empty).hex());
        expectEqual(empty, Digest::fromHex(empty.substr(7)).text());
        CPPUNIT_ASSERT(Digest().empty());
        for (const auto& bad : {std::string(), empty.substr(7), empty + "0", empty.substr(0, 70),
                                "sha512:" + empty.substr(7), "sha256:E" + empty.substr(8),
                                "sha256:../" + empty.substr(10)}) {
            CPPUNIT_ASSERT(!Digest::isValid(bad));
            expectError(ErrorKind::InvalidArgument, "invalid digest", [&] { Digest::parse(bad); });
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompressionTest);

} // namespace ctrd::archive

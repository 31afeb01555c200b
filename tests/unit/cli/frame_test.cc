#include "api/wire/frame.h"

#include "unit/testing/expect.h"

#include <vector>

namespace ctrd::api::wire {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class FrameTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FrameTest);
    CPPUNIT_TEST(writesHeaders);
    CPPUNIT_TEST(readsFramesCutAnywhere);
    CPPUNIT_TEST(handsPartsOnAtOnce);
    CPPUNIT_TEST(refusesWhatIsNoFrame);
    CPPUNIT_TEST_SUITE_END();

    static std::string frame(StreamId stream, const std::string& payload) {
        const auto header = frameHeader(stream, static_cast<uint32_t>(payload.size()));
        return std::string(header.data(), header.size()) + payload;
    }

public:
    void writesHeaders() {
        const auto header = frameHeader(StreamId::Stderr, 0x01020304);
        expectEqual(std::string("\2\0\0\0\1\2\3\4", 8), std::string(header.data(), header.size()));
    }

    void readsFramesCutAnywhere() {
        const std::string stream = frame(StreamId::Stdout, "one\n") + frame(StreamId::Stderr, "") +
                                   frame(StreamId::Stderr, "two\n") +
                                   frame(StreamId::Stdout, std::string(70000, 'x'));
        for (const size_t piece : {size_t(1), size_t(3), size_t(8), size_t(9), stream.size()}) {
            FrameDecoder decoder;
            std::string out, err;
            for (size_t at = 0; at < stream.size(); at += piece) {
                decoder.feed(std::string_view(stream).substr(at, piece),
                             [&](StreamId id, std::string_view part) {
                                 (id == StreamId::Stdout ? out : err) += part;
                             });
            }
            expectEqual("one\n" + std::string(70000, 'x'), out);
            expectEqual("two\n", err);
            CPPUNIT_ASSERT(decoder.atBoundary());
        }
    }

    void handsPartsOnAtOnce() {
        FrameDecoder decoder;
        std::string out;
        const auto sink = [&](StreamId, std::string_view part) { out += part; };
        const std::string whole = frame(StreamId::Stdout, "prompt");
        decoder.feed(whole.substr(0, 11), sink);
        expectEqual("pro", out);
        CPPUNIT_ASSERT(!decoder.atBoundary());
        decoder.feed(whole.substr(11), sink);
        expectEqual("prompt", out);
    }

    void refusesWhatIsNoFrame() {
        const auto sink = [](StreamId, std::string_view) {};
        expectError(ErrorKind::Internal, "no frames",
                    [&] { FrameDecoder().feed("plain text", sink); });
        expectError(ErrorKind::Internal, "no frames",
                    [&] { FrameDecoder().feed(std::string("\1\0\0\1\0\0\0\1", 8), sink); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FrameTest);

} // namespace ctrd::api::wire

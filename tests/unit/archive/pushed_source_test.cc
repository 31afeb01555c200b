#include "archive/pushed_source.h"

#include "base/error.h"
#include "unit/testing/expect.h"

#include <atomic>

namespace ctrd::archive {

using testing::expectEqual;
using testing::expectError;

class PushedSourceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PushedSourceTest);
    CPPUNIT_TEST(passesOn);
    CPPUNIT_TEST(failsAtTheEnd);
    CPPUNIT_TEST(stopsTheWriter);
    CPPUNIT_TEST_SUITE_END();

public:
    void passesOn() {
        PushedSource source([](Sink& out) {
            for (int i = 0; i < 1000; ++i)
                out.write("0123456789", 10);
        });
        StringSink sink;
        CPPUNIT_ASSERT_EQUAL(int64_t(10000), copyAll(source, sink));
        char end = 0;
        CPPUNIT_ASSERT_EQUAL(size_t(0), source.read(&end, 1));
    }

    void failsAtTheEnd() {
        PushedSource source([](Sink& out) {
            out.write("part", 4);
            throw conflict("no more");
        });
        StringSink sink;
        expectError(ErrorKind::Conflict, "no more", [&] { copyAll(source, sink); });
        expectEqual("part", sink.text());
    }

    void stopsTheWriter() {
        std::atomic<bool> stopped{false};
        {
            PushedSource source([&](Sink& out) {
                try {
                    for (;;)
                        out.write("for ever", 8);
                } catch (const Error&) {
                    stopped = true;
                }
            });
            char byte = 0;
            CPPUNIT_ASSERT_EQUAL(size_t(1), source.read(&byte, 1));
        }
        CPPUNIT_ASSERT(stopped);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PushedSourceTest);

} // namespace ctrd::archive

// The small parts of the monitor: keys, frames, queues, the loop.

#include "monitor/byte_queue.h"
#include "monitor/detach_keys.h"
#include "monitor/event_loop.h"
#include "monitor/framing.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <unistd.h>

using namespace ctrd;
using namespace ctrd::monitor;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class DetachKeysTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DetachKeysTest);
    CPPUNIT_TEST(parses);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST(passesOtherKeys);
    CPPUNIT_TEST(findsTheSequence);
    CPPUNIT_TEST(findsItInPieces);
    CPPUNIT_TEST(repeatedFirstKey);
    CPPUNIT_TEST_SUITE_END();

    static std::string filtered(DetachKeys& keys, std::string_view typed, bool complete) {
        std::string passed;
        CPPUNIT_ASSERT_EQUAL(complete, keys.filter(typed, passed));
        return passed;
    }

public:
    void parses() {
        expectEqual("\x10\x11", parseDetachKeys(""));
        expectEqual("\x10\x11", parseDetachKeys("ctrl-p,ctrl-q"));
        expectEqual("a\x1b\x7f", parseDetachKeys("a,ctrl-[,DEL"));
        expectEqual(std::string("\0\x1a\x1f", 3), parseDetachKeys("ctrl-@,ctrl-z,ctrl-_"));
    }

    void refuses() {
        for (const char* keys :
             {"ctrl-", "ctrl-P", "ctrl-pp", "ab", "a,,b", ",", "alt-a", "ctrl-1"})
            expectError(ErrorKind::InvalidArgument, keys, [&] { parseDetachKeys(keys); });
    }

    void passesOtherKeys() {
        DetachKeys keys("\x10\x11");
        expectEqual("abc\x11", filtered(keys, "abc\x11", false));
        expectEqual("", filtered(keys, "\x10", false));
        expectEqual("\x10x", filtered(keys, "x", false));
    }

    void findsTheSequence() {
        DetachKeys keys("\x10\x11");
        expectEqual("before", filtered(keys,
                                       "before\x10\x11"
                                       "after",
                                       true));
        expectEqual("x", filtered(keys, "x", false));
    }

    void findsItInPieces() {
        DetachKeys keys("abc");
        expectEqual("", filtered(keys, "a", false));
        expectEqual("", filtered(keys, "b", false));
        expectEqual("", filtered(keys, "c", true));
    }

    void repeatedFirstKey() {
        DetachKeys keys("aab");
        expectEqual("a", filtered(keys, "aaab", true));
        DetachKeys other("abac");
        expectEqual("ab", filtered(other, "ababac", true));
        DetachKeys third("abac");
        expectEqual("abax", filtered(third, "abax", false));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DetachKeysTest);

class MonitorPartsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MonitorPartsTest);
    CPPUNIT_TEST(frames);
    CPPUNIT_TEST(queue);
    CPPUNIT_TEST(loopWatches);
    CPPUNIT_TEST(loopTimers);
    CPPUNIT_TEST(loopPauses);
    CPPUNIT_TEST(watchesMayGoAtAnyTime);
    CPPUNIT_TEST_SUITE_END();

public:
    void frames() {
        const auto out = frameHeader(logging::Stream::Stdout, 0x01020304);
        expectEqual(std::string("\1\0\0\0\1\2\3\4", 8), std::string(out.data(), out.size()));
        const auto err = frameHeader(logging::Stream::Stderr, 200);
        expectEqual(std::string("\2\0\0\0\0\0\0\xc8", 8), std::string(err.data(), err.size()));
    }

    void queue() {
        ByteQueue queue;
        CPPUNIT_ASSERT(queue.empty());
        std::string in, out;
        for (int i = 0; i < 20000; ++i) {
            const std::string text = std::to_string(i) + ",";
            in += text;
            queue.add(text);
            if (i % 3 == 0) continue;
            const size_t count = std::min<size_t>(queue.size(), static_cast<size_t>(i % 13));
            out += queue.front().substr(0, count);
            queue.take(count);
        }
        out += queue.front();
        queue.take(queue.size());
        CPPUNIT_ASSERT(queue.empty() && in == out);
    }

    void loopWatches() {
        EventLoop loop;
        Pipe pipe = Pipe::create();
        std::string got;
        auto watch = loop.watch(pipe.readEnd.get(), EPOLLIN, [&](uint32_t) {
            char c = 0;
            if (read(pipe.readEnd.get(), &c, 1) == 0) return loop.stop();
            got += c;
            if (got.size() == 3) pipe.writeEnd.reset();
        });
        writeAll(pipe.writeEnd.get(), "abc");
        loop.run();
        expectEqual("abc", got);
    }

    void loopTimers() {
        EventLoop loop;
        std::string order;
        // In the order of their turn: however late each is made, the turn stays.
        EventLoop::Timer never;
        auto first = loop.after(5, [&] {
            order += "first ";
            never = {};
        });
        never = loop.after(10, [&] { order += "never"; });
        auto second = loop.after(20, [&] { order += "second"; });
        auto late = loop.after(40, [&] { loop.stop(); });
        loop.soon([&] { order += "soon "; });
        loop.run();
        expectEqual("soon first second", order);
    }

    void loopPauses() {
        EventLoop loop;
        Pipe pipe = Pipe::create();
        int calls = 0;
        EventLoop::Watch watch;
        watch = loop.watch(pipe.readEnd.get(), EPOLLIN, [&](uint32_t) {
            ++calls;
            watch.pause();
        });
        pipe.writeEnd.reset(); // EPOLLHUP for ever
        auto resume = loop.after(20, [&] { watch.setEvents(EPOLLIN); });
        auto end = loop.after(40, [&] { loop.stop(); });
        loop.run();
        CPPUNIT_ASSERT_EQUAL(2, calls);
    }

    // Both are ready at once; whoever is first drops both.
    void watchesMayGoAtAnyTime() {
        EventLoop loop;
        Pipe a = Pipe::create(), b = Pipe::create();
        writeAll(a.writeEnd.get(), "x");
        writeAll(b.writeEnd.get(), "x");
        int calls = 0;
        EventLoop::Watch first, second;
        const auto dropBoth = [&](uint32_t) {
            ++calls;
            first.reset();
            second.reset();
        };
        first = loop.watch(a.readEnd.get(), EPOLLIN, dropBoth);
        second = loop.watch(b.readEnd.get(), EPOLLIN, dropBoth);
        auto end = loop.after(20, [&] { loop.stop(); });
        loop.run();
        CPPUNIT_ASSERT_EQUAL(1, calls);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MonitorPartsTest);

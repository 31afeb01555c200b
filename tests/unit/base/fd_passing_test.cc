#include "base/fd_passing.h"

#include "unit/testing/expect.h"

#include <thread>

#include <sys/socket.h>

namespace ctrd {

using testing::expectEqual;
using testing::expectError;

class FdPassingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FdPassingTest);
    CPPUNIT_TEST(passesBytesAndDescriptors);
    CPPUNIT_TEST(passesALargePacket);
    CPPUNIT_TEST(seesTheEnd);
    CPPUNIT_TEST_SUITE_END();

public:
    void passesBytesAndDescriptors() {
        auto [a, b] = socketPair();
        Pipe pipe = Pipe::create();
        sendPacket(a.get(), "hello", {pipe.writeEnd.get()});
        sendPacket(a.get(), "");
        pipe.writeEnd.reset();
        auto packet = receivePacket(b.get());
        expectEqual("hello", packet->bytes);
        CPPUNIT_ASSERT_EQUAL(size_t(1), packet->fds.size());
        writeAll(packet->fds[0].get(), "through");
        packet->fds.clear();
        expectEqual("through", readAll(pipe.readEnd.get()));
        packet = receivePacket(b.get());
        CPPUNIT_ASSERT(packet && packet->bytes.empty() && packet->fds.empty());
    }

    void passesALargePacket() {
        auto [a, b] = socketPair();
        const std::string large(3 << 20, 'x');
        std::thread sender([&, fd = a.get()] { sendPacket(fd, large, {0}); });
        const auto packet = receivePacket(b.get());
        sender.join();
        CPPUNIT_ASSERT(packet->bytes == large);
        CPPUNIT_ASSERT_EQUAL(size_t(1), packet->fds.size());
    }

    void seesTheEnd() {
        auto [a, b] = socketPair();
        writeAll(a.get(), std::string("\0\0\0\5ab", 6));
        a.reset();
        expectError(ErrorKind::Internal, "within a packet",
                    [&, fd = b.get()] { receivePacket(fd); });
        auto [c, d] = socketPair();
        c.reset();
        CPPUNIT_ASSERT(!receivePacket(d.get()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FdPassingTest);

} // namespace ctrd

#include "base/process.h"

#include "unit/testing/expect.h"

namespace ctrd {

using testing::expectEqual;
using testing::expectError;

class ProcessTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProcessTest);
    CPPUNIT_TEST(runsAndReportsTheCode);
    CPPUNIT_TEST(mapsDescriptorsEvenCrosswise);
    CPPUNIT_TEST(runsCommandsWithInput);
    CPPUNIT_TEST(saysWhatFailed);
    CPPUNIT_TEST_SUITE_END();

public:
    void runsAndReportsTheCode() {
        Process p = Process::spawn({"sh", "-c", "exit 3"}, {});
        CPPUNIT_ASSERT_EQUAL(3, p.wait().code());
        p = Process::spawn({"sh", "-c", "kill -9 $$"}, {});
        CPPUNIT_ASSERT_EQUAL(137, p.wait().code());
    }

    void mapsDescriptorsEvenCrosswise() {
        Pipe a = Pipe::create(), b = Pipe::create();
        Process::Options options;
        options.fds = {{a.writeEnd.get(), b.writeEnd.get()}, {b.writeEnd.get(), a.writeEnd.get()}};
        const auto to = [](const Fd& fd) { return std::to_string(fd.get()); };
        Process p = Process::spawn(
            {"bash", "-c", "echo one >&" + to(b.writeEnd) + "; echo two >&" + to(a.writeEnd)},
            options);
        a.writeEnd.reset();
        b.writeEnd.reset();
        CPPUNIT_ASSERT_EQUAL(0, p.wait().code());
        expectEqual("one\n", readAll(a.readEnd.get()));
        expectEqual("two\n", readAll(b.readEnd.get()));
    }

    void runsCommandsWithInput() {
        const std::string large(1 << 20, 'x');
        CPPUNIT_ASSERT(runCommand({"cat"}, large) == large);
    }

    void saysWhatFailed() {
        expectError(ErrorKind::Internal, "cannot run '/nonexistent'",
                    [] { Process::spawn({"/nonexistent"}, {}); });
        expectError(ErrorKind::Internal, "code 4: sorry", [] {
            runCommand({"sh", "-c", "echo sorry >&2; exit 4"});
        });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProcessTest);

} // namespace ctrd

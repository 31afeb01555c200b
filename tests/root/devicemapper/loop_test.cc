#include "kernel/loop.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::kernel {

using ctrd::testing::expectEqual;

class LoopTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoopTest);
    CPPUNIT_TEST(asksForAFreeDevice);
    CPPUNIT_TEST(scansWhereNobodyCanBeAsked);
    CPPUNIT_TEST(isDetachedWithTheLastUser);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_{"/var/tmp"};

    std::string makeFile(const std::string& name, const std::string& text) {
        std::string path = joinPath(dir_.path(), name);
        const Fd file = openFile(path, O_RDWR | O_CREAT, 0600);
        writeAll(file.get(), text);
        CPPUNIT_ASSERT_EQUAL(0, ftruncate(file.get(), 1 << 20));
        return path;
    }
    static std::string start(const LoopDevice& loop, size_t length) {
        std::string text(length, 0);
        CPPUNIT_ASSERT_EQUAL(ssize_t(length), pread(loop.fd(), text.data(), length, 0));
        return text;
    }

public:
    void asksForAFreeDevice() {
        const std::string one = makeFile("one", "first"), two = makeFile("two", "other");
        const LoopDevice a = LoopDevice::attach(one), b = LoopDevice::attach(two);
        CPPUNIT_ASSERT(a.path() != b.path());
        expectEqual("first", start(a, 5));
        expectEqual("other", start(b, 5));
        expectEqual(one, fileOfLoop(a.path()));
    }

    // As on a kernel before 3.1: no loop-control, and nodes may be missing.
    void scansWhereNobodyCanBeAsked() {
        const std::string devices = joinPath(dir_.path(), "dev");
        makeDir(devices);
        const LoopDevice taken = LoopDevice::attach(makeFile("taken", "taken"));
        const LoopDevice a = LoopDevice::attach(makeFile("one", "first"), devices);
        const LoopDevice b = LoopDevice::attach(makeFile("two", "other"), devices);
        expectEqual(devices, dirName(a.path()));
        expectEqual("first", start(a, 5));
        expectEqual("other", start(b, 5));
        expectEqual("taken", start(taken, 5));
    }

    void isDetachedWithTheLastUser() {
        const std::string file = makeFile("one", "first");
        std::string path;
        {
            const LoopDevice loop = LoopDevice::attach(file);
            path = loop.path();
        }
        CPPUNIT_ASSERT(fileOfLoop(path) != file);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoopTest);

} // namespace ctrd::kernel

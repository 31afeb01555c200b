#include "daemon/pid_file.h"

#include "base/atomic_file.h"
#include "base/path.h"
#include "unit/testing/expect.h"

#include <unistd.h>

namespace ctrd::daemon {

using testing::expectEqual;
using testing::expectError;

class PidFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PidFileTest);
    CPPUNIT_TEST(isHeldByOne);
    CPPUNIT_TEST(aStaleFileStopsNobody);
    CPPUNIT_TEST_SUITE_END();

public:
    void isHeldByOne() {
        const TempDir dir;
        const std::string path = dir.path() + "/ctrd.pid";
        {
            LockedFile first(path);
            first.writePid();
            expectEqual(std::to_string(getpid()) + "\n", readFile(path));
            expectError(ErrorKind::Conflict, std::to_string(getpid()),
                        [&] { LockedFile second(path); });
        }
        CPPUNIT_ASSERT(!exists(path));
        LockedFile again(path);
    }

    void aStaleFileStopsNobody() {
        const TempDir dir;
        writeFileAtomic(dir.path() + "/ctrd.pid", "1\n");
        LockedFile file(dir.path() + "/ctrd.pid");
        file.writePid();
        expectEqual(std::to_string(getpid()) + "\n", readFile(dir.path() + "/ctrd.pid"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PidFileTest);

} // namespace ctrd::daemon

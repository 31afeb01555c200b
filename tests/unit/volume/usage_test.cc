#include "volume/usage.h"

#include "base/atomic_file.h"
#include "base/path.h"
#include "unit/testing/expect.h"

#include <unistd.h>

namespace ctrd::volume {

class UsageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UsageTest);
    CPPUNIT_TEST(countsEachFileOnce);
    CPPUNIT_TEST(namesWhatItCannotRead);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;

public:
    void countsEachFileOnce() {
        const std::string deep = joinPath(dir_.path(), "a/b");
        makeDirs(deep);
        CPPUNIT_ASSERT_EQUAL(int64_t{0}, usedBytes(dir_.path()));
        writeFileAtomic(joinPath(dir_.path(), "one"), std::string(1000, 'x'));
        writeFileAtomic(joinPath(deep, "two"), std::string(234, 'x'));
        CPPUNIT_ASSERT(link(joinPath(deep, "two").c_str(), joinPath(deep, "again").c_str()) == 0);
        CPPUNIT_ASSERT(symlink("/", joinPath(deep, "out").c_str()) == 0);
        CPPUNIT_ASSERT_EQUAL(int64_t{1234}, usedBytes(dir_.path()));
    }

    void namesWhatItCannotRead() {
        testing::expectError(ErrorKind::Internal, "/gone",
                             [&] { usedBytes(joinPath(dir_.path(), "gone")); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UsageTest);

} // namespace ctrd::volume

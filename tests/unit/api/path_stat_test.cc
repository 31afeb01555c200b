#include "api/wire/path_stat.h"

#include "unit/testing/expect.h"

#include <sys/stat.h>

namespace ctrd::api::wire {

using testing::expectEqual;
using testing::expectError;

class PathStatTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PathStatTest);
    CPPUNIT_TEST(modesAreGos);
    CPPUNIT_TEST(travels);
    CPPUNIT_TEST(readsDockers);
    CPPUNIT_TEST(refusesOthers);
    CPPUNIT_TEST_SUITE_END();

public:
    void modesAreGos() {
        const std::pair<mode_t, uint32_t> cases[] = {
            {S_IFREG | 0644, 0644},
            {S_IFDIR | 0755, 0x80000000u | 0755},
            {S_IFDIR | 01777, 0x80100000u | 0777},
            {S_IFLNK | 0777, 0x08000000u | 0777},
            {S_IFREG | 06755, 0x00c00000u | 0755},
            {S_IFCHR | 0666, 0x04200000u | 0666},
            {S_IFBLK | 0660, 0x04000000u | 0660},
            {S_IFIFO | 0600, 0x02000000u | 0600},
        };
        for (const auto& [mode, wanted] : cases)
            CPPUNIT_ASSERT_EQUAL(wanted, goFileMode(mode));
    }

    void travels() {
        const PathStat stat = {"a \"name\"", int64_t(1) << 40, goFileMode(S_IFLNK | 0777),
                               "2015-07-14T13:01:02.000000003Z", "/etc/motd"};
        const PathStat found = decodePathStat(encodePathStat(stat));
        expectEqual(stat.name, found.name);
        CPPUNIT_ASSERT_EQUAL(stat.size, found.size);
        CPPUNIT_ASSERT_EQUAL(stat.mode, found.mode);
        expectEqual(stat.mtime, found.mtime);
        expectEqual(stat.linkTarget, found.linkTarget);
        CPPUNIT_ASSERT(found.isLink() && !found.isDirectory() && !found.isRegular());
    }

    // As Docker 20.10 sent it for /root.
    void readsDockers() {
        const PathStat stat = decodePathStat(
            "eyJuYW1lIjoicm9vdCIsInNpemUiOjQwOTYsIm1vZGUiOjIxNDc0ODQwOTYsIm10aW1lIjoiMjAxNC0wMi0yN1"
            "QyMDo1MToyM1oiLCJsaW5rVGFyZ2V0IjoiIn0=");
        expectEqual("root", stat.name);
        CPPUNIT_ASSERT(stat.isDirectory());
        CPPUNIT_ASSERT_EQUAL(0700u, stat.mode & 0777u);
    }

    void refusesOthers() {
        for (const char* header : {"?", "bm8ganNvbg==", "WyJub3QgYW4gb2JqZWN0Il0="})
            expectError(ErrorKind::InvalidArgument, "", [&] { decodePathStat(header); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PathStatTest);

} // namespace ctrd::api::wire

#include "kernel/mount.h"

#include "base/json.h"
#include "unit/testing/expect.h"

#include <sys/mount.h>

namespace ctrd::kernel {

using ctrd::testing::expectEqual;

class MountTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MountTest);
    CPPUNIT_TEST(sortsOptions);
    CPPUNIT_TEST(laterOptionsWin);
    CPPUNIT_TEST(readsTheMountTable);
    CPPUNIT_TEST(crossesAsJson);
    CPPUNIT_TEST_SUITE_END();

public:
    void sortsOptions() {
        const auto options = parseMountOptions(
            {"nosuid", "ro", "size=64k", "rbind", "rslave", "private", "", "mode=755", "defaults"});
        CPPUNIT_ASSERT_EQUAL((unsigned long)(MS_NOSUID | MS_RDONLY | MS_BIND | MS_REC),
                             options.set);
        expectEqual("size=64k,mode=755", options.data);
        CPPUNIT_ASSERT_EQUAL(size_t(2), options.propagation.size());
        CPPUNIT_ASSERT_EQUAL((unsigned long)(MS_SLAVE | MS_REC), options.propagation[0]);
        CPPUNIT_ASSERT_EQUAL((unsigned long)MS_PRIVATE, options.propagation[1]);
    }

    void laterOptionsWin() {
        auto options = parseMountOptions({"ro", "rw", "noexec"});
        CPPUNIT_ASSERT_EQUAL((unsigned long)MS_NOEXEC, options.set);
        CPPUNIT_ASSERT_EQUAL((unsigned long)MS_RDONLY, options.clear);
        options = parseMountOptions({"rw", "ro"});
        CPPUNIT_ASSERT_EQUAL((unsigned long)MS_RDONLY, options.set);
        CPPUNIT_ASSERT_EQUAL(0ul, options.clear);
    }

    void readsTheMountTable() {
        const auto entries = parseMounts(
            "proc /proc proc rw,relatime 0 0\n"
            "broken line\n"
            "\n"
            "/dev/sda1 /mnt/a\\040b\\134c\\04 ext4 rw 0 0\n");
        CPPUNIT_ASSERT_EQUAL(size_t(2), entries.size());
        expectEqual("relatime", entries[0].options.at(1));
        expectEqual("/mnt/a b\\c\\04", entries[1].target);
        expectEqual("ext4", entries[1].type);
    }

    void crossesAsJson() {
        const MountSpec mount{"overlay", "src", "/data", {"ro", "lowerdir=a:b"}, "/layers"};
        const MountSpec copy = mountSpecFromJson(parseJson(dumpJson(toJson(mount)), "test"));
        expectEqual(mount.type, copy.type);
        expectEqual(mount.source, copy.source);
        expectEqual(mount.target, copy.target);
        expectEqual(mount.workingDirectory, copy.workingDirectory);
        CPPUNIT_ASSERT(mount.options == copy.options);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MountTest);

} // namespace ctrd::kernel

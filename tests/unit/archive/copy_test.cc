#include "archive/copy.h"

#include "archive/attributes.h"
#include "archive/pack.h"
#include "base/fd.h"
#include "unit/archive/raw_tar.h"
#include "unit/archive/tree_box.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace ctrd::archive {

using namespace testing;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class CopyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CopyTest);
    CPPUNIT_TEST(copiesAll);
    CPPUNIT_TEST(copiesDeepLinks);
    CPPUNIT_TEST(leavesHoles);
    CPPUNIT_TEST(findsData);
    CPPUNIT_TEST(packsWhatItUnpacks);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<TreeBox> box_;

    static std::string packed(const std::string& dir) {
        StringSink sink;
        packTree(dir, sink);
        return sink.release();
    }
    static std::string sample() {
        const auto ours = [](RawHeader& h) {
            putNumber(h.uid, 8, geteuid());
            putNumber(h.gid, 8, getegid());
        };
        return RawTar()
            .pax({{"mtime", "1436882582.000000007"}})
            .add('5', "./", "", ours)
            .pax({{"mtime", "-1.5"}})
            .add('5', "d/", "", ours)
            .add('0', "d/file", "text", ours)
            .add('1', "d/same", "", linksTo("d/file"))
            .add('2', "d/soft", "", linksTo("/nowhere"))
            .add('6', "pipe", "", ours)
            .pax({{"GNU.sparse.size", "4194304"}, {"GNU.sparse.map", "1048576,3"}})
            .add('0', "sparse", "abc", ours)
            .pax({{"GNU.sparse.size", "4194304"}, {"GNU.sparse.map", "4194304,0"}})
            .add('0', "hole", "", ours)
            .pax({{"path", std::string("n\xff\nx")}})
            .add('0', "x", "odd", ours)
            .text();
    }

public:
    void setUp() override {
        box_ = std::make_unique<TreeBox>();
        box_->unpack(sample());
        makeDir(box_->beside("copy"));
    }
    void tearDown() override { box_.reset(); }

    void copiesAll() {
        copyTree(box_->path(), box_->beside("copy"));
        CPPUNIT_ASSERT(packed(box_->path()) == packed(box_->beside("copy")));
        struct stat a, b;
        CPPUNIT_ASSERT(stat(box_->beside("copy/d/file").c_str(), &a) == 0);
        CPPUNIT_ASSERT(stat(box_->beside("copy/d/same").c_str(), &b) == 0);
        CPPUNIT_ASSERT_EQUAL(a.st_ino, b.st_ino);
    }

    // Paths beyond PATH_MAX are no reason to fail.
    void copiesDeepLinks() {
        std::string deep;
        for (int i = 0; i < 24; ++i)
            deep += std::string(250, 'l') + "/";
        box_->unpack(RawTar()
                         .pax({{"path", deep + "one"}})
                         .add('0', "x", "deep")
                         .pax({{"path", deep + "two"}, {"linkpath", deep + "one"}})
                         .add('1', "x")
                         .text());
        copyTree(box_->path(), box_->beside("copy"));
        CPPUNIT_ASSERT(packed(box_->path()) == packed(box_->beside("copy")));
    }

    void leavesHoles() {
        copyTree(box_->path(), box_->beside("copy"));
        struct stat st;
        for (const char* name : {"copy/sparse", "copy/hole"}) {
            CPPUNIT_ASSERT(stat(box_->beside(name).c_str(), &st) == 0);
            CPPUNIT_ASSERT_EQUAL(off_t(4194304), st.st_size);
            CPPUNIT_ASSERT(st.st_blocks * 512 < 1 << 20);
        }
        expectEqual("abc", look(box_->beside("copy/sparse")).substr(1048576, 3));
    }

    void findsData() {
        const Fd hole = openFile(box_->path("hole"), O_RDONLY);
        int64_t data = 0;
        for (const auto& extent : dataExtents(hole.get(), 4194304))
            data += extent.size;
        CPPUNIT_ASSERT_EQUAL(int64_t(0), data);
        const Fd file = openFile(box_->path("d/file"), O_RDONLY);
        const auto extents = dataExtents(file.get(), 4);
        CPPUNIT_ASSERT_EQUAL(size_t(1), extents.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(4), extents[0].size);
        CPPUNIT_ASSERT(dataExtents(file.get(), 0).empty());
    }

    void packsWhatItUnpacks() {
        const std::string tar = packed(box_->path());
        box_->unpack(tar, Whiteouts::None, "again");
        CPPUNIT_ASSERT(packed(box_->beside("again")) == tar);
        const auto entries = readTar(tar);
        expectEqual("./", entries[0].entry.name);
        CPPUNIT_ASSERT_EQUAL(7L, entries[0].entry.mtimeNanos);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CopyTest);

} // namespace ctrd::archive

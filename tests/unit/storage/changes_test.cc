#include "archive/attributes.h"
#include "base/fd.h"
#include "base/strings.h"
#include "storage/tree_changes.h"
#include "unit/archive/raw_tar.h"
#include "unit/archive/tree_box.h"
#include "unit/storage/store_box.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

// What NaiveDiff finds between a tree and its parent.
namespace ctrd::storage {

using namespace testing;
using archive::testing::look;
using archive::testing::readTar;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class ChangesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChangesTest);
    CPPUNIT_TEST(nothingChanged);
    CPPUNIT_TEST(findsAllKinds);
    CPPUNIT_TEST(tellsDirectoriesOnTheWay);
    CPPUNIT_TEST(findsTypeChanges);
    CPPUNIT_TEST(seesThroughEqualSizesAndTimes);
    CPPUNIT_TEST(findsAttributes);
    CPPUNIT_TEST(findsLinkTargets);
    CPPUNIT_TEST(countsHardLinksOnce);
    CPPUNIT_TEST(layersOfChangesApply);
    CPPUNIT_TEST(refusesNamesThatMeanDeletion);
    CPPUNIT_TEST(withoutParent);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<StoreBox> box_;
    Layer base_;

    std::string path(const std::string& name) const { return joinPath(box_->tree("c"), name); }
    std::string changes() const { return shown(box_->driver().changes("c")); }
    std::string diff() const {
        archive::StringSink sink;
        box_->driver().diff("c", sink);
        return sink.release();
    }
    static void setTime(const std::string& path, time_t seconds) {
        struct timespec times[2] = {};
        times[0].tv_sec = times[1].tv_sec = seconds;
        CPPUNIT_ASSERT(utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
    }

public:
    void setUp() override {
        box_ = std::make_unique<StoreBox>();
        base_ = box_->add(tarOf({{"d/", ""},
                                 {"d/one", "1"},
                                 {"d/two", "22"},
                                 {"e/", ""},
                                 {"e/deep/", ""},
                                 {"e/deep/f", "333"},
                                 {"top", "4444"}}));
        box_->driver().create("c", base_.cacheId);
    }
    void tearDown() override { box_.reset(); }

    void nothingChanged() {
        expectEqual("", changes());
        CPPUNIT_ASSERT_EQUAL(int64_t(0), box_->driver().diffSize("c"));
        CPPUNIT_ASSERT(readTar(diff()).empty());
        // Reading changes nothing.
        expectEqual("1", look(path("d/one")));
        expectEqual("", changes());
    }

    void findsAllKinds() {
        putFile(path("new"), "55555");
        putFile(path("top"), "4444x");
        removePath(path("d/one"));
        expectEqual("C /d, D /d/one, A /new, C /top", changes());
        CPPUNIT_ASSERT_EQUAL(int64_t(10), box_->driver().diffSize("c"));
        std::vector<std::string> names;
        for (const auto& entry : readTar(diff()))
            names.push_back(entry.entry.name);
        expectEqual("d/ d/.wh.one new top", join(names, " "));
    }

    void tellsDirectoriesOnTheWay() {
        putFile(path("e/deep/f"), "333!");
        expectEqual("C /e, C /e/deep, C /e/deep/f", changes());
        box_->driver().remove("c");
        box_->driver().create("c", base_.cacheId);
        removeTree(path("e"));
        // What was below a deleted directory is not told.
        expectEqual("D /e", changes());
    }

    void findsTypeChanges() {
        removePath(path("d/one"));
        makeDir(path("d/one"));
        putFile(path("d/one/inside"), "x");
        removeTree(path("e"));
        putFile(path("e"), "a file");
        removePath(path("top"));
        CPPUNIT_ASSERT(symlink("d", path("top").c_str()) == 0);
        expectEqual("C /d, C /d/one, A /d/one/inside, C /e, C /top", changes());
    }

    // Same size and the old time set again: only its content tells.
    void seesThroughEqualSizesAndTimes() {
        putFile(path("top"), "abcd");
        setTime(path("top"), 1436882582);
        expectEqual("C /top", changes());
        putFile(path("top"), "4444");
        setTime(path("top"), 1436882582);
        expectEqual("", changes());
        setTime(path("top"), 1436882583);
        expectEqual("C /top", changes());
    }

    void findsAttributes() {
        CPPUNIT_ASSERT(chmod(path("d/two").c_str(), 0600) == 0);
        CPPUNIT_ASSERT(chmod(path("e/deep").c_str(), 0711) == 0);
        expectEqual("C /d, C /d/two, C /e, C /e/deep", changes());
        if (setxattr(path("top").c_str(), "user.k", "v", 1, 0) == 0)
            expectEqual("C /d, C /d/two, C /e, C /e/deep, C /top", changes());
    }

    void findsLinkTargets() {
        CPPUNIT_ASSERT(symlink("one", path("l").c_str()) == 0);
        setTime(path("l"), 5);
        archive::StringSource in(diff());
        box_->driver().create("p", base_.cacheId);
        box_->driver().applyDiff("p", in);
        box_->driver().create("q", "p");
        const std::string link = joinPath(box_->tree("q"), "l");
        expectEqual("", shown(box_->driver().changes("q")));
        removePath(link);
        CPPUNIT_ASSERT(symlink("two", link.c_str()) == 0);
        setTime(link, 5);
        expectEqual("C /l", shown(box_->driver().changes("q")));
    }

    void countsHardLinksOnce() {
        putFile(path("a"), std::string(1000, 'a'));
        CPPUNIT_ASSERT(link(path("a").c_str(), path("b").c_str()) == 0);
        expectEqual("A /a, A /b", changes());
        CPPUNIT_ASSERT_EQUAL(int64_t(1000), box_->driver().diffSize("c"));
        const auto entries = readTar(diff());
        CPPUNIT_ASSERT(entries.at(1).entry.type == archive::EntryType::HardLink);
        expectEqual("a", entries[1].entry.target);
    }

    // The diff of one tree, on top of the parent, is that tree.
    void layersOfChangesApply() {
        removeTree(path("e"));
        removePath(path("d/one"));
        makeDir(path("d/one"));
        putFile(path("new"), "x");
        const std::string layer = diff(), told = changes();
        box_->driver().create("again", base_.cacheId);
        archive::StringSource in(layer);
        CPPUNIT_ASSERT_EQUAL(int64_t(1), box_->driver().applyDiff("again", in));
        expectEqual(told, shown(box_->driver().changes("again")));
        box_->driver().create("same", "again");
        expectEqual("", shown(box_->driver().changes("same")));
        const std::string one = joinPath(box_->tree("same"), "d/one");
        expectEqual("/", look(one));
    }

    void refusesNamesThatMeanDeletion() {
        putFile(path(".wh.top"), "");
        expectError(ErrorKind::InvalidArgument, "'/.wh.top' cannot become part of a layer",
                    [&] { diff(); });
    }

    void withoutParent() {
        box_->driver().create("alone", "");
        putFile(joinPath(box_->tree("alone"), "f"), "x");
        expectEqual("A /f", shown(box_->driver().changes("alone")));
        expectError(ErrorKind::NotFound, "'missing'",
                    [&] { box_->driver().create("x", "missing"); });
        expectError(ErrorKind::Conflict, "'alone'", [&] { box_->driver().create("alone", ""); });
        box_->driver().remove("never");
        CPPUNIT_ASSERT(!box_->driver().exists("x"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ChangesTest);

} // namespace ctrd::storage

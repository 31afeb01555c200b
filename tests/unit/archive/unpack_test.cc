#include "archive/unpack.h"

#include "archive/tree.h"
#include "base/fd.h"
#include "unit/archive/raw_tar.h"
#include "unit/archive/tree_box.h"
#include "unit/testing/expect.h"

#include <climits>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::archive {

using namespace testing;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class UnpackTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnpackTest);
    CPPUNIT_TEST(normalizesNames);
    CPPUNIT_TEST(makesWhatIsThere);
    CPPUNIT_TEST(keepsTimesAndModes);
    CPPUNIT_TEST(leavesHoles);
    CPPUNIT_TEST(makesParents);
    CPPUNIT_TEST(laterEntriesWin);
    CPPUNIT_TEST(neverWritesThroughAnOldFile);
    CPPUNIT_TEST(keepsTwoCases);
    CPPUNIT_TEST(refusesNamesThatLeadOut);
    CPPUNIT_TEST(absoluteNamesCountFromTheTree);
    CPPUNIT_TEST(linksLeadNowhereElse);
    CPPUNIT_TEST(refusesLoopsOfLinks);
    CPPUNIT_TEST(refusesHardLinksOut);
    CPPUNIT_TEST(hardLinksToLinksLinkTheLink);
    CPPUNIT_TEST(refusesToReplaceTheRoot);
    CPPUNIT_TEST(refusesEndlessDepth);
    CPPUNIT_TEST(removesWhatIsWhitedOut);
    CPPUNIT_TEST(emptiesOpaqueDirectories);
    CPPUNIT_TEST(whiteoutsSpareTheirOwnLayer);
    CPPUNIT_TEST(whiteoutsFollowLinksInside);
    CPPUNIT_TEST(refusesStrangeWhiteouts);
    CPPUNIT_TEST(leavesWhiteoutsAloneIfTold);
    CPPUNIT_TEST(addsOnlyWhatIsMissing);
    CPPUNIT_TEST(namesWhatFails);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<TreeBox> box_;

    void refuses(const RawTar& tar, const std::string& part) {
        expectError(ErrorKind::InvalidArgument, part, [&] { box_->unpack(tar.text()); });
    }
    void expectNothingBeside() {
        expectEqual("secret", look(box_->beside("victim/file")));
        CPPUNIT_ASSERT_EQUAL(size_t(1), listDir(box_->beside("victim")).size());
    }

public:
    void setUp() override {
        box_ = std::make_unique<TreeBox>();
        makeDirs(box_->beside("victim"));
        writeAll(openFile(box_->beside("victim/file"), O_WRONLY | O_CREAT, 0600).get(), "secret");
    }
    void tearDown() override { box_.reset(); }

    void normalizesNames() {
        expectEqual("a/b", normalName("./a//b/."));
        expectEqual("a/b", normalName("/a/b/"));
        expectEqual("b", normalName("a/../b"));
        expectEqual("", normalName("./"));
        expectEqual("", normalName("a/.."));
        expectEqual(".../x", normalName(".../x"));
        for (const char* out : {"..", "../a", "a/../../b", "/../etc/passwd", "./.."})
            expectError(ErrorKind::InvalidArgument, "leads out of the tree",
                        [&] { normalName(out); });
        expectError(ErrorKind::InvalidArgument, "too long",
                    [] { normalName("a/" + std::string(NAME_MAX + 1, 'x')); });
        expectEqual(std::string(NAME_MAX, 'x'), normalName(std::string(NAME_MAX, 'x')));
    }

    void makesWhatIsThere() {
        const int64_t bytes = box_->unpack(RawTar()
                                               .add('5', "./")
                                               .add('5', "bin/")
                                               .add('0', "bin/sh", "#!")
                                               .add('1', "bin/ash", "", linksTo("bin/sh"))
                                               .add('2', "sh", "", linksTo("/bin/sh"))
                                               .add('6', "pipe")
                                               .text());
        CPPUNIT_ASSERT_EQUAL(int64_t(2), bytes);
        expectEqual("bin bin/ash bin/sh pipe sh", box_->list());
        expectEqual("#!", look(box_->path("bin/ash")));
        expectEqual("-> /bin/sh", look(box_->path("sh")));
        struct stat a, b;
        CPPUNIT_ASSERT(stat(box_->path("bin/ash").c_str(), &a) == 0);
        CPPUNIT_ASSERT(stat(box_->path("bin/sh").c_str(), &b) == 0);
        CPPUNIT_ASSERT_EQUAL(a.st_ino, b.st_ino);
    }

    void keepsTimesAndModes() {
        const auto mode = [](mode_t bits) {
            return [bits](RawHeader& h) {
                putNumber(h.mode, 8, bits);
                putNumber(h.uid, 8, geteuid());
                putNumber(h.gid, 8, getegid());
            };
        };
        box_->unpack(RawTar()
                         .pax({{"mtime", "-1.5"}})
                         .add('5', "d/", "", mode(01777))
                         .pax({{"mtime", "1436882582.000000003"}})
                         .add('0', "d/f", "x", mode(04711))
                         .pax({{"mtime", "7.25"}})
                         .add('2', "d/l", "", linksTo("f"))
                         .text());
        struct stat st;
        CPPUNIT_ASSERT(lstat(box_->path("d").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(mode_t(01777), mode_t(st.st_mode & 07777));
        CPPUNIT_ASSERT_EQUAL(time_t(-2), st.st_mtim.tv_sec);
        CPPUNIT_ASSERT_EQUAL(500000000L, st.st_mtim.tv_nsec);
        CPPUNIT_ASSERT(lstat(box_->path("d/f").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(mode_t(04711), mode_t(st.st_mode & 07777));
        CPPUNIT_ASSERT_EQUAL(3L, st.st_mtim.tv_nsec);
        CPPUNIT_ASSERT(lstat(box_->path("d/l").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(time_t(7), st.st_mtim.tv_sec);
    }

    void leavesHoles() {
        box_->unpack(RawTar()
                         .pax({{"GNU.sparse.size", "8388608"}, {"GNU.sparse.map", "4194304,3"}})
                         .add('0', "sparse", "abc")
                         .text());
        struct stat st;
        CPPUNIT_ASSERT(stat(box_->path("sparse").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(off_t(8388608), st.st_size);
        CPPUNIT_ASSERT(st.st_blocks * 512 < 1 << 20);
        expectEqual("abc", look(box_->path("sparse")).substr(4194304, 3));
        // A hole at the end is an extent without data, or nothing.
        for (const char* map : {"0,3,8388608,0", "0,3", "8388608,0"}) {
            const std::string data = map[0] == '0' ? "abc" : "";
            box_->unpack(RawTar()
                             .pax({{"GNU.sparse.size", "8388608"}, {"GNU.sparse.map", map}})
                             .add('0', "end", data)
                             .text());
            expectEqual(data, look(box_->path("end")).substr(0, data.size()));
            CPPUNIT_ASSERT_EQUAL(size_t(8388608), look(box_->path("end")).size());
        }
    }

    void makesParents() {
        box_->unpack(RawTar().add('0', "a/b/c/f", "x").add('5', "p/q/").text());
        expectEqual("a a/b a/b/c a/b/c/f p p/q", box_->list());
    }

    void laterEntriesWin() {
        box_->unpack(RawTar()
                         .add('0', "f", "old")
                         .add('0', "f", "new")
                         .add('5', "d/")
                         .add('0', "d/inside", "x")
                         .add('0', "d", "a file now")
                         .add('0', "g", "a file")
                         .add('5', "g/")
                         .add('0', "g/inside", "x")
                         .add('2', "l", "", linksTo("f"))
                         .add('0', "l", "no link")
                         .text());
        expectEqual("d f g g/inside l", box_->list());
        expectEqual("new", look(box_->path("f")));
        expectEqual("a file now", look(box_->path("d")));
        expectEqual("no link", look(box_->path("l")));
    }

    void neverWritesThroughAnOldFile() {
        const std::string out = box_->beside("victim/file");
        box_->unpack(RawTar()
                         .add('0', "a", "one")
                         .add('1', "b", "", linksTo("a"))
                         .add('0', "b", "two")
                         .add('2', "l", "", linksTo(out))
                         .add('0', "l", "three")
                         .add('6', "p")
                         .add('0', "p", "four")
                         .text());
        expectEqual("one", look(box_->path("a")));
        expectEqual("two", look(box_->path("b")));
        expectEqual("three", look(box_->path("l")));
        expectEqual("four", look(box_->path("p")));
        expectNothingBeside();
    }

    void keepsTwoCases() {
        box_->unpack(RawTar()
                         .add('0', "Makefile", "1")
                         .add('0', "makefile", "2")
                         .add('5', "A/")
                         .add('2', "a", "", linksTo(".."))
                         .add('0', "A/x", "3")
                         .text());
        expectEqual("1", look(box_->path("Makefile")));
        expectEqual("2", look(box_->path("makefile")));
        expectEqual("3", look(box_->path("A/x")));
    }

    void refusesNamesThatLeadOut() {
        refuses(RawTar().add('0', "../victim/file", "x"), "'../victim/file'");
        refuses(RawTar().add('5', "a/../../victim/"), "'a/../../victim/'");
        refuses(RawTar().add('0', ".."), "'..'");
        refuses(RawTar().pax({{"path", "x/../../victim/file"}}).add('0', "ok", "x"),
                "'x/../../victim/file'");
        refuses(RawTar().longName('L', "../victim/file").add('0', "ok", "x"), "'../victim/file'");
        refuses(RawTar().add('0', "../.wh.victim"), "'../.wh.victim'");
        expectNothingBeside();
    }

    void absoluteNamesCountFromTheTree() {
        box_->unpack(RawTar().add('0', "/etc/passwd", "root").text());
        expectEqual("root", look(box_->path("etc/passwd")));
    }

    // Links to where the tree's own file system ends are followed as a process in it would.
    void linksLeadNowhereElse() {
        const std::string victim = box_->beside("victim");
        for (const auto& target :
             {victim, std::string("../victim"), std::string("../../../../../..") + victim}) {
            box_->unpack(RawTar()
                             .add('2', "one", "", linksTo(target))
                             .add('2', "two", "", linksTo("one"))
                             .add('5', "d/")
                             .add('2', "d/three", "", linksTo("../two"))
                             .add('0', "d/three/file", "inside")
                             .add('0', "one/.wh.file")
                             .text());
            expectNothingBeside();
        }
    }

    void refusesLoopsOfLinks() {
        refuses(RawTar()
                    .add('2', "a", "", linksTo("b"))
                    .add('2', "b", "", linksTo("a"))
                    .add('0', "a/f"),
                "'a/f'");
        RawTar chain;
        for (int i = 0; i < 60; ++i)
            chain.add('2', "l" + std::to_string(i), "", linksTo("l" + std::to_string(i + 1)));
        refuses(chain.add('0', "l0/f"), "too many links");
        refuses(RawTar().add('0', "file").add('0', "file/below"), "'file/below'");
    }

    void refusesHardLinksOut() {
        refuses(RawTar().add('1', "h", "", linksTo("../victim/file")), "'h': its link target");
        refuses(RawTar().add('1', "h", "", linksTo("nothing")), "'h'");
        refuses(RawTar().add('5', "d/").add('1', "h", "", linksTo("d")),
                "'h': its link target 'd'");
        refuses(RawTar().add('1', "h", "", linksTo("./")), "'h'");
        refuses(RawTar()
                    .add('2', "out", "", linksTo(box_->beside("victim")))
                    .add('1', "h", "", linksTo("out/file")),
                "'h'");
        expectEqual("", look(box_->path("h")));
        struct stat st;
        CPPUNIT_ASSERT(stat(box_->beside("victim/file").c_str(), &st) == 0);
        CPPUNIT_ASSERT_EQUAL(nlink_t(1), st.st_nlink);
    }

    void hardLinksToLinksLinkTheLink() {
        const std::string victim = box_->beside("victim/file");
        box_->unpack(RawTar()
                         .add('2', "l", "", linksTo(victim))
                         .add('1', "h", "", linksTo("l"))
                         .add('0', "h", "a file now")
                         .text());
        expectEqual("a file now", look(box_->path("h")));
        expectEqual("-> " + victim, look(box_->path("l")));
        expectNothingBeside();
    }

    void refusesToReplaceTheRoot() {
        refuses(RawTar().add('2', "./", "", linksTo("/etc")), "would replace the root");
        refuses(RawTar().add('0', "a/..", "x"), "would replace the root");
    }

    void refusesEndlessDepth() {
        std::string deep;
        for (int i = 0; i < 20000; ++i)
            deep += "d/";
        refuses(RawTar().pax({{"path", deep}}).add('5', "x"), "deep");
        // What a file system can hold of long names is no such thing.
        std::string longest;
        for (int i = 0; i < 24; ++i)
            longest += std::string(250, 'l') + "/";
        box_->unpack(RawTar().pax({{"path", longest + "f"}}).add('0', "x", "deep").text());
    }

    void removesWhatIsWhitedOut() {
        box_->unpack(RawTar()
                         .add('0', "f")
                         .add('0', "d/one/two")
                         .add('2', "l", "", linksTo("d"))
                         .add('0', "stays")
                         .text());
        box_->unpack(RawTar()
                         .add('0', ".wh.f")
                         .add('0', ".wh.d")
                         .add('0', ".wh.l")
                         .add('0', ".wh.never")
                         .text());
        expectEqual("stays", box_->list());
    }

    void emptiesOpaqueDirectories() {
        box_->unpack(RawTar().add('0', "d/old").add('0', "d/sub/old").add('0', "e").text());
        box_->unpack(RawTar()
                         .add('0', "d/new", "1")
                         .add('0', "d/sub/new", "2")
                         .add('0', "d/.wh..wh..opq")
                         .add('0', "never/.wh..wh..opq")
                         .text());
        expectEqual("d d/new d/sub d/sub/new e", box_->list());
        box_->unpack(RawTar().add('0', ".wh..wh..opq").add('0', "only").text());
        expectEqual("only", box_->list());
    }

    // Whichever comes first in the archive.
    void whiteoutsSpareTheirOwnLayer() {
        for (const bool first : {true, false}) {
            box_->unpack(RawTar().add('0', "f", "old").add('0', "d/old").text());
            RawTar layer;
            if (first) layer.add('0', ".wh.f").add('0', ".wh.d");
            layer.add('0', "f", "new").add('0', "d/new");
            if (!first) layer.add('0', ".wh.f").add('0', ".wh.d");
            box_->unpack(layer.text());
            expectEqual("d d/new f", box_->list());
            expectEqual("new", look(box_->path("f")));
        }
    }

    void whiteoutsFollowLinksInside() {
        box_->unpack(RawTar()
                         .add('0', "usr/lib/old")
                         .add('2', "lib", "", linksTo("/usr/lib"))
                         .add('2', "out", "", linksTo("/../victim"))
                         .text());
        box_->unpack(RawTar().add('0', "lib/.wh.old").add('0', "out/.wh.file").text());
        expectEqual("", look(box_->path("usr/lib/old")));
        expectNothingBeside();
    }

    void refusesStrangeWhiteouts() {
        for (const char* name : {".wh.", ".wh..", ".wh...", "d/.wh..."})
            refuses(RawTar().add('0', name), "deletes no name");
        refuses(RawTar().add('0', ".wh.d/file"), "below a deletion mark");
        refuses(RawTar().add('5', "d/.wh..wh..opq/").add('0', "d/.wh..wh..opq/x"),
                "below a deletion mark");
        // What aufs left in old layers for itself.
        box_->unpack(RawTar()
                         .add('5', ".wh..wh.plnk/")
                         .add('0', ".wh..wh.plnk/1.2", "x")
                         .add('0', ".wh..wh.aufs")
                         .add('0', "f")
                         .text());
        expectEqual("f", look(box_->path("d")).empty() ? box_->list() : "");
    }

    void leavesWhiteoutsAloneIfTold() {
        box_->unpack(RawTar().add('0', "f").text());
        box_->unpack(RawTar().add('0', ".wh.f", "a name").text(), Whiteouts::None);
        expectEqual(".wh.f f", box_->list());
    }

    void addsOnlyWhatIsMissing() {
        box_->unpack(
            RawTar().add('0', "etc/hosts", "mine").add('2', "dev", "", linksTo("etc")).text());
        box_->addMissing(RawTar()
                             .add('0', "etc/hosts", "theirs")
                             .add('0', "etc/hostname", "new")
                             .add('5', "dev/")
                             .add('0', "dev/null", "x")
                             .text());
        expectEqual("mine", look(box_->path("etc/hosts")));
        expectEqual("new", look(box_->path("etc/hostname")));
        expectEqual("-> etc", look(box_->path("dev")));
        expectEqual("x", look(box_->path("etc/null")));
    }

    void namesWhatFails() {
        refuses(RawTar().add('0', "good").claim('0', "cut", 5000), "'cut'");
        refuses(RawTar().add('3', "zero"), "'zero': a character device 0:0 is refused");
        const std::string name(NAME_MAX + 1, 'x');
        refuses(RawTar().pax({{"path", name}}).add('0', "x"), "too long");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(UnpackTest);

} // namespace ctrd::archive

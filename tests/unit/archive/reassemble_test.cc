#include "archive/kept_headers.h"
#include "archive/pack.h"
#include "archive/unpacker.h"
#include "base/error.h"
#include "base/process.h"
#include "unit/archive/raw_tar.h"
#include "unit/archive/tree_box.h"
#include "unit/testing/expect.h"

#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// An archive comes out of its unpacked tree as it went in, byte for byte, whoever wrote it.
namespace ctrd::archive {

using namespace testing;
using namespace std::string_literals;
using ctrd::testing::expectError;

namespace {

// An owner that a user without root may keep.
void ours(RawHeader& h) {
    putNumber(h.uid, 8, geteuid());
    putNumber(h.gid, 8, getegid());
}

// As Go's archive/tar writes for docker save: PAX only where it must, names "PaxHeaders.0/NAME",
// numbers padded with zeros and a NUL, the end of two blocks.
std::string goTar() {
    const auto go = [](RawHeader& h) {
        ours(h);
        std::memcpy(h.mode, "0100644\0", 8);
        std::memcpy(h.userName, "root", 4);
        std::memcpy(h.groupName, "root", 4);
    };
    return RawTar()
        .add('5', "etc/", "", go)
        .add('0', "etc/motd", "welcome\n", go)
        .add('x', "etc/PaxHeaders.0/" + std::string(80, 'n'),
             "126 path=etc/" + std::string(112, 'n') + "\n", {})
        .add('0', "etc/" + std::string(96, 'n'), std::string(1500, 'g'), go)
        .add('2', "etc/mtab", "",
             [&](RawHeader& h) {
                 go(h);
                 linksTo("/proc/mounts")(h);
             })
        .add('1', "etc/issue", "",
             [&](RawHeader& h) {
                 go(h);
                 linksTo("etc/motd")(h);
             })
        .text();
}

// As bsdtar writes: attributes in two forms, spaces in number fields, blocks of 10240.
std::string bsdTar() {
    const auto bsd = [](RawHeader& h) {
        std::memcpy(h.mode, "000644 \0", 8);
        std::snprintf(h.uid, sizeof h.uid, "%06o ", geteuid());
        std::snprintf(h.gid, sizeof h.gid, "%06o ", getegid());
        std::memcpy(h.mtime, "12551150326 ", 12);
        std::memcpy(h.devMajor,
                    "000000 \0"
                    "000000 \0",
                    16);
    };
    std::string tar = RawTar()
                          .pax({{"ctime", "1436882582.123456"},
                                {"LIBARCHIVE.creationtime", "1436882582"},
                                {"LIBARCHIVE.xattr.user.k", "dg"},
                                {"SCHILY.dev", "66306"},
                                {"SCHILY.ino", "1234"},
                                {"SCHILY.nlink", "1"},
                                {"mtime", "1436882582.123456"}})
                          .add('0', "f", std::string(513, 'b'), bsd)
                          .add('5', "d/", "", bsd)
                          .text();
    tar.resize((tar.size() + 10239) / 10240 * 10240);
    return tar;
}

void put(const std::string& path, const std::string& text) {
    writeAll(openFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0644).get(), text);
}

} // namespace

class ReassembleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReassembleTest);
    CPPUNIT_TEST(ofGo);
    CPPUNIT_TEST(ofBsd);
    CPPUNIT_TEST(ofGnuInAllFormats);
    CPPUNIT_TEST(ofOurs);
    CPPUNIT_TEST(ofWhatLaterEntriesReplaced);
    CPPUNIT_TEST(ofWhatLinksMoved);
    CPPUNIT_TEST(ofSkippedAndTrailingBytes);
    CPPUNIT_TEST(ofManyHeaders);
    CPPUNIT_TEST(replacedSparseFilesStaySparse);
    CPPUNIT_TEST(noticesDamage);
    CPPUNIT_TEST_SUITE_END();

    void comesBack(const std::string& tar) {
        const std::string again = box_->roundTrip(tar);
        CPPUNIT_ASSERT_EQUAL(tar.size(), again.size());
        CPPUNIT_ASSERT(again == tar);
    }

    std::unique_ptr<TreeBox> box_;

public:
    void setUp() override { box_ = std::make_unique<TreeBox>(); }
    void tearDown() override { box_.reset(); }

    void ofGo() { comesBack(goTar()); }
    void ofBsd() { comesBack(bsdTar()); }

    // GNU tar is on every machine this builds on.
    void ofGnuInAllFormats() {
        const std::string dir = box_->beside("source");
        makeDirs(joinPath(dir, "sub", std::string(200, 'l')));
        put(joinPath(dir, "plain"), "text\n");
        put(joinPath(dir, "new\nline"), "x");
        put(joinPath(dir, "sub", std::string(200, 'l'), std::string(90, 'f')),
            std::string(3000, 'y'));
        put(joinPath(dir, "empty"), "");
        CPPUNIT_ASSERT(link(joinPath(dir, "plain").c_str(), joinPath(dir, "second").c_str()) == 0);
        CPPUNIT_ASSERT(symlink(std::string(150, 't').c_str(), joinPath(dir, "soft").c_str()) == 0);
        {
            const Fd sparse = openFile(joinPath(dir, "sparse"), O_WRONLY | O_CREAT, 0600);
            for (int i = 0; i < 30; ++i)
                CPPUNIT_ASSERT(pwrite(sparse.get(), "data", 4, i * 1000000) == 4);
            CPPUNIT_ASSERT(ftruncate(sparse.get(), 40000000) == 0);
        }
        for (const char* format : {"gnu", "oldgnu", "posix"})
            comesBack(runCommand(
                {"tar", "-C", dir, "-S", std::string("--format=") + format, "-cf", "-", "."}));
        for (const char* version : {"0.0", "0.1", "1.0"})
            comesBack(runCommand({"tar", "-C", dir, "-S", "--format=posix",
                                  std::string("--sparse-version=") + version, "-cf", "-", "."}));
        // ustar and v7 hold no such names.
        comesBack(runCommand(
            {"tar", "-C", dir, "--format=ustar", "-b", "1", "-cf", "-", "plain", "empty"}));
        comesBack(runCommand({"tar", "-C", dir, "--format=v7", "-cf", "-", "plain", "second"}));
    }

    void ofOurs() {
        const std::string dir = box_->beside("source");
        makeDirs(joinPath(dir, "sub"));
        put(joinPath(dir, "sub/file"), std::string(100000, 'z'));
        {
            const Fd holes = openFile(joinPath(dir, "holes"), O_WRONLY | O_CREAT, 0600);
            CPPUNIT_ASSERT(ftruncate(holes.get(), 1 << 22) == 0);
        }
        StringSink sink;
        packTree(dir, sink);
        comesBack(sink.text());
    }

    void ofWhatLaterEntriesReplaced() {
        comesBack(RawTar()
                      .add('0', "f", "first", ours)
                      .add('0', "f", "second", ours)
                      .add('0', "d/inside/file", "lost", ours)
                      .add('1', "d/second", "", linksTo("d/inside/file"))
                      .add('0', "d", "a file now", ours)
                      .add('0', "g", "becomes a directory", ours)
                      .add('5', "g/", "", ours)
                      .add('0', "h", "becomes a link", ours)
                      .add('2', "h", "", linksTo("f"))
                      .add('0', "k", "becomes a hard link", ours)
                      .add('1', "k", "", linksTo("f"))
                      .add('1', "f", "", linksTo("f"))
                      .text());
    }

    void ofWhatLinksMoved() {
        comesBack(RawTar()
                      .add('5', "real/", "", ours)
                      .add('2', "link", "", linksTo("real"))
                      .add('0', "link/f", "through the link", ours)
                      .add('5', "other/", "", ours)
                      .add('2', "link", "", linksTo("other"))
                      .add('0', "link/f", "elsewhere", ours)
                      .add('0', "/abs/./x/../f", "oddly named", ours)
                      .text());
    }

    void ofSkippedAndTrailingBytes() {
        comesBack(RawTar()
                      .add('0', ".wh.gone", "data nobody keeps", ours)
                      .add('0', ".wh..wh.plnk/1.2", std::string(5000, 'p'), ours)
                      .add('V', "label")
                      .add('0', "f", "x", ours)
                      .text() +
                  std::string(9000, '\0') + "and a tail");
        comesBack("");
        comesBack(RawTar().add('0', "f", "no end", ours).open());
    }

    void ofManyHeaders() {
        RawTar tar;
        for (int i = 0; i < 500; ++i)
            tar.add('0', "d" + std::to_string(i % 7) + "/f" + std::to_string(i),
                    std::string(static_cast<size_t>(i), 'm'), ours);
        comesBack(tar.text());
    }

    // Else a header of 512 bytes would fill the disk with zeros, and the next one again.
    void replacedSparseFilesStaySparse() {
        const auto sparse = [] {
            RawTar tar;
            tar.pax({{"GNU.sparse.size", "1073741824"}, {"GNU.sparse.map", "4096,3"}});
            return tar.add('0', "s", "abc", ours).open();
        }();
        comesBack(sparse + sparse + RawTar().add('0', "s", "small", ours).text());
        struct stat st;
        for (const char* number : {"0", "1"}) {
            CPPUNIT_ASSERT(stat(box_->beside(joinPath("keep0", number)).c_str(), &st) == 0);
            CPPUNIT_ASSERT(st.st_blocks * 512 < 1 << 20);
        }
    }

    void noticesDamage() {
        box_->roundTrip(RawTar().add('0', "f", "content", ours).add('0', "g", "x", ours).text());
        const auto again = [&] {
            StringSink sink;
            copyAll(*reassembledArchive(box_->beside("round0"), box_->beside("keep0")), sink);
        };
        const std::string f = box_->beside("round0/f");
        put(f, "con");
        expectError(ErrorKind::Internal, "'f' of a layer is shorter", again);
        removePath(f);
        expectError(ErrorKind::Internal, "'f' of a layer", again);
        CPPUNIT_ASSERT(symlink("g", f.c_str()) == 0);
        expectError(ErrorKind::Internal, "'f' of a layer", again);
        removePath(f);
        makeDir(f);
        expectError(ErrorKind::Internal, "no regular file any more", again);
        put(box_->beside("keep0/headers.gz"), "nonsense that is long enough to read");
        expectError(ErrorKind::Internal, "is broken", again);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ReassembleTest);

} // namespace ctrd::archive

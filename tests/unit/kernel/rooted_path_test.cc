#include "kernel/rooted_path.h"

#include "base/path.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::kernel {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class RootedPathTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RootedPathTest);
    CPPUNIT_TEST(plainPaths);
    CPPUNIT_TEST(dotsStopAtTheRoot);
    CPPUNIT_TEST(linksStayInside);
    CPPUNIT_TEST(danglingLinksAreMadeInside);
    CPPUNIT_TEST(missingParents);
    CPPUNIT_TEST(loopsAndRefusedLinks);
    CPPUNIT_TEST(lastLinkMayBeKept);
    CPPUNIT_TEST(fileOnTheWay);
    CPPUNIT_TEST(swappedLinkIsNotFollowed);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        makeDirs(in("a/b"));
        makeDirs(joinPath(directory_.path(), "outside"));
        close(creat(in("file").c_str(), 0600));
        root_ = openFile(in(""), O_RDONLY | O_DIRECTORY);
    }

    void plainPaths() {
        RootedPath path(root_.get(), "/a//./b");
        CPPUNIT_ASSERT(path.exists());
        CPPUNIT_ASSERT(path.isDirectory());
        expectEqual("b", path.name());
        expectSame(path, "a/b");
        RootedPath file(root_.get(), "file");
        CPPUNIT_ASSERT(file.exists());
        CPPUNIT_ASSERT(!file.isDirectory());
        expectSame(file, "file");
        CPPUNIT_ASSERT(RootedPath(root_.get(), "/").isRoot());
        CPPUNIT_ASSERT(RootedPath(root_.get(), "").isRoot());
    }

    void dotsStopAtTheRoot() {
        RootedPath path(root_.get(), "../../outside/../a/../../a");
        CPPUNIT_ASSERT(!path.exists()); // there is no "outside" in here
        RootedPath up(root_.get(), "/a/b/../../../../a");
        expectSame(up, "a");
        CPPUNIT_ASSERT(RootedPath(root_.get(), "/a/..").isRoot());
    }

    void linksStayInside() {
        link(joinPath(directory_.path(), "outside"), "absolute");
        link("../../../../outside", "a/relative");
        CPPUNIT_ASSERT(!RootedPath(root_.get(), "absolute").exists());
        CPPUNIT_ASSERT(!RootedPath(root_.get(), "a/relative").exists());
        makeDirs(in("outside"));
        RootedPath path(root_.get(), "a/relative");
        expectSame(path, "outside");
    }

    void danglingLinksAreMadeInside() {
        link(joinPath(directory_.path(), "outside/new"), "hole");
        RootedPath path(root_.get(), "hole", RootedPath::Parents::Create);
        path.createFile();
        CPPUNIT_ASSERT(exists(in("") + directory_.path() + "/outside/new"));
        CPPUNIT_ASSERT(listDir(joinPath(directory_.path(), "outside")).empty());
    }

    void missingParents() {
        RootedPath missing(root_.get(), "x/y/z");
        CPPUNIT_ASSERT(!missing.exists());
        expectError(ErrorKind::Internal, "'x/y/z'", [&] { missing.createFile(); });
        RootedPath made(root_.get(), "x/y/z", RootedPath::Parents::Create);
        CPPUNIT_ASSERT(!made.exists());
        made.createDirectory();
        expectSame(made, "x/y/z");
    }

    void loopsAndRefusedLinks() {
        link("b", "a/a");
        link("loop", "loop");
        expectError(ErrorKind::Internal, "symbolic links",
                    [&] { RootedPath(root_.get(), "loop"); });
        expectError(ErrorKind::Internal, "symbolic links", [&] {
            RootedPath(root_.get(), "a/a", RootedPath::Parents::MustExist,
                       RootedPath::Links::Refuse);
        });
    }

    void lastLinkMayBeKept() {
        link("a", "dir");
        link("b", "a/link");
        RootedPath path(root_.get(), "dir/link", RootedPath::Parents::MustExist,
                        RootedPath::Links::KeepLast);
        CPPUNIT_ASSERT(path.exists());
        CPPUNIT_ASSERT(!path.isDirectory());
        path.createLink("elsewhere");
        char content[64] = {};
        CPPUNIT_ASSERT(readlink(in("a/link").c_str(), content, sizeof content - 1) > 0);
        expectEqual("elsewhere", content);
    }

    void fileOnTheWay() {
        expectError(ErrorKind::Internal, "Not a directory",
                    [&] { RootedPath(root_.get(), "file/x"); });
    }

    // Somebody who runs in the tree already puts a link where the path was found.
    void swappedLinkIsNotFollowed() {
        RootedPath path(root_.get(), "a/b");
        CPPUNIT_ASSERT(path.exists());
        removePath(in("a/b"));
        link(joinPath(directory_.path(), "outside"), "a/b");
        expectError(ErrorKind::Internal, "'a/b'", [&] { path.path(); });
    }

private:
    std::string in(const std::string& path) const {
        return joinPath(directory_.path(), "root", path);
    }
    void link(const std::string& content, const std::string& path) {
        CPPUNIT_ASSERT_EQUAL(0, symlink(content.c_str(), in(path).c_str()));
    }
    void expectSame(RootedPath& path, const std::string& wanted) {
        struct stat found {
        }, there{};
        CPPUNIT_ASSERT_EQUAL(0, stat(path.path().c_str(), &found));
        CPPUNIT_ASSERT_EQUAL(0, stat(in(wanted).c_str(), &there));
        CPPUNIT_ASSERT_EQUAL(there.st_ino, found.st_ino);
    }

    TempDir directory_;
    Fd root_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(RootedPathTest);

} // namespace ctrd::kernel

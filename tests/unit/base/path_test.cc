#include "base/path.h"

#include "base/atomic_file.h"
#include "base/fd.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd {

using testing::expectEqual;
using testing::expectError;

class PathTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PathTest);
    CPPUNIT_TEST(joinsAndCleans);
    CPPUNIT_TEST(removesTreesButNotThroughLinks);
    CPPUNIT_TEST(removesTreesOfAnyDepth);
    CPPUNIT_TEST(replacesFilesAtomically);
    CPPUNIT_TEST(removesUnfinishedFiles);
    CPPUNIT_TEST(namesThePathInErrors);
    CPPUNIT_TEST_SUITE_END();

public:
    void joinsAndCleans() {
        expectEqual("a/b/c", joinPath("a", "/b/", "c"));
        expectEqual("/b", cleanPath("/../a/./..//b/"));
        expectEqual("../a", cleanPath("x/../../a"));
        expectEqual("c", baseName("/a/b/c/"));
        expectEqual("/", dirName("/a"));
    }

    void removesTreesButNotThroughLinks() {
        const TempDir dir;
        makeDirs(dir.path() + "/tree/deep/er");
        makeDirs(dir.path() + "/kept");
        writeFileAtomic(dir.path() + "/kept/file", "x");
        CPPUNIT_ASSERT_EQUAL(0, symlink("../../kept", (dir.path() + "/tree/deep/link").c_str()));
        removeTree(dir.path() + "/tree");
        CPPUNIT_ASSERT(!exists(dir.path() + "/tree"));
        CPPUNIT_ASSERT(exists(dir.path() + "/kept/file"));
        removeTree(dir.path() + "/tree");
    }

    // Deeper than a process has descriptors, with what the removal itself calls things on its way.
    void removesTreesOfAnyDepth() {
        const TempDir dir;
        makeDir(dir.path() + "/tree");
        makeDirs(dir.path() + "/tree/.removing-0/x");
        writeFileAtomic(dir.path() + "/tree/.removing-1", "x");
        Fd at = openFile(dir.path() + "/tree", O_RDONLY | O_DIRECTORY);
        for (int i = 0; i < 2500; ++i) {
            CPPUNIT_ASSERT_EQUAL(0, mkdirat(at.get(), "d", 0755));
            CPPUNIT_ASSERT_EQUAL(0, symlinkat("/", at.get(), "l"));
            at = Fd(openat(at.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        }
        removeTree(dir.path() + "/tree");
        CPPUNIT_ASSERT(listDir(dir.path()).empty());
    }

    void removesUnfinishedFiles() {
        const TempDir dir;
        for (const char* name :
             {"a.json", ".a.json.tmp-Xa9zQ1", ".hidden", "b.tmp-123456", ".c.tmp-12345"})
            writeFileAtomic(joinPath(dir.path(), name), "");
        removeUnfinishedFiles(dir.path());
        CPPUNIT_ASSERT_EQUAL(size_t(4), listDir(dir.path()).size());
        CPPUNIT_ASSERT(!exists(joinPath(dir.path(), ".a.json.tmp-Xa9zQ1")));
        removeUnfinishedFiles(joinPath(dir.path(), "missing"));
    }

    void replacesFilesAtomically() {
        const TempDir dir;
        const std::string file = dir.path() + "/state.json";
        writeFileAtomic(file, "one");
        writeFileAtomic(file, "two", 0640, Durable::Yes);
        expectEqual("two", readFile(file));
        struct stat st;
        CPPUNIT_ASSERT_EQUAL(0, stat(file.c_str(), &st));
        CPPUNIT_ASSERT_EQUAL(mode_t(0640), st.st_mode & 07777);
        CPPUNIT_ASSERT_EQUAL(size_t(1), listDir(dir.path()).size());
    }

    void namesThePathInErrors() {
        expectError(ErrorKind::Internal, "cannot open '/nonexistent': No such file or directory",
                    [] { readFile("/nonexistent"); });
        expectError(ErrorKind::Internal, "/proc/nope", [] { makeDirs("/proc/nope/x"); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PathTest);

} // namespace ctrd

#include "cli/copy_plan.h"

#include "unit/testing/expect.h"

namespace ctrd::cli {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

enum class Is { Missing, File, Directory };

CopyEnd end(const std::string& path, Is is) {
    return {path, is != Is::Missing, is == Is::Directory};
}

} // namespace

// What `docker cp` does (its documentation, "cp", the list of cases).
class CopyPlanTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CopyPlanTest);
    CPPUNIT_TEST(names);
    CPPUNIT_TEST(plans);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST(renames);
    CPPUNIT_TEST_SUITE_END();

public:
    void names() {
        const std::pair<const char*, const char*> cases[] = {
            {"/etc/passwd", "passwd"},
            {"etc", "etc"},
            {"etc/", "etc"},
            {"a/../b/.", "."},
            {".", "."},
            {"/", "/"},
            {"/.", "/"},
            {"..", ".."},
        };
        for (const auto& [path, name] : cases)
            expectEqual(name, archiveName(path));
        CPPUNIT_ASSERT(assertsDirectory("a/") && assertsDirectory("a/.") && assertsDirectory("."));
        CPPUNIT_ASSERT(!assertsDirectory("a") && !assertsDirectory("a/.b"));
    }

    void plans() {
        const struct {
            CopyEnd source, destination;
            const char *directory, *name; // where it is unpacked, and as what
        } cases[] = {
            {end("/src/file", Is::File), end("/dst/new", Is::Missing), "/dst", "new"},
            {end("/src/file", Is::File), end("/dst/old", Is::File), "/dst", "old"},
            {end("/src/file", Is::File), end("/dst", Is::Directory), "/dst", "file"},
            {end("/src/dir", Is::Directory), end("/dst/new", Is::Missing), "/dst", "new"},
            {end("/src/dir", Is::Directory), end("/dst/new/", Is::Missing), "/dst", "new"},
            {end("/src/dir", Is::Directory), end("/dst", Is::Directory), "/dst", "dir"},
            {end("/src/dir/.", Is::Directory), end("/dst", Is::Directory), "/dst", "."},
            {end("/src/dir/.", Is::Directory), end("new", Is::Missing), ".", "new"},
            {end("/", Is::Directory), end("new", Is::Missing), ".", "new"},
        };
        for (const auto& c : cases) {
            const CopyPlan plan = planCopy(c.source, archiveName(c.source.path), c.destination);
            expectEqual(c.directory, plan.directory);
            expectEqual(c.name, plan.to);
            expectEqual(archiveName(c.source.path), plan.from);
        }
    }

    void refuses() {
        expectError(ErrorKind::InvalidArgument, "which is a file",
                    [] { planCopy(end("dir", Is::Directory), "dir", end("file", Is::File)); });
        expectError(ErrorKind::InvalidArgument, "no such directory: 'new/'",
                    [] { planCopy(end("file", Is::File), "file", end("new/", Is::Missing)); });
    }

    void renames() {
        const CopyPlan plan = {"", "dir", "new"};
        expectEqual("new", planned(plan, "dir"));
        expectEqual("new/", planned(plan, "dir/"));
        expectEqual("new/dir/dir", planned(plan, "dir/dir/dir"));
        expectEqual("directory", planned(plan, "directory"));
        expectEqual("new/a", planned({"", ".", "new"}, "./a"));
        expectEqual("new/bin", planned({"", "/", "new"}, "/bin"));
        expectEqual("./a", planned({"", ".", "."}, "./a"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CopyPlanTest);

} // namespace ctrd::cli

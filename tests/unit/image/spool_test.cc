#include "image/spool.h"

#include "base/fd.h"
#include "base/strings.h"
#include "unit/image/fixture.h"

namespace ctrd::image {

namespace {

using namespace testing;

class SpoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SpoolTest);
    CPPUNIT_TEST(keepsMembers);
    CPPUNIT_TEST(followsLinks);
    CPPUNIT_TEST(laterMembersWin);
    CPPUNIT_TEST(readsCompressed);
    CPPUNIT_TEST(refusesHostileMembers);
    CPPUNIT_TEST(refusesLinksOutOfIt);
    CPPUNIT_TEST(refusesHoles);
    CPPUNIT_TEST(refusesTruncated);
    CPPUNIT_TEST(leavesNothing);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;

    void refuses(const std::string& bytes, const std::string& part) {
        expectError(ErrorKind::InvalidArgument, part, [&] {
            archive::StringSource source(bytes);
            Spool spool(dir_.path(), source);
        });
        CPPUNIT_ASSERT(listDir(dir_.path()).empty());
    }

public:
    void keepsMembers() {
        archive::StringSource source(
            Archive().file("./b/json", "{}").file("a", "x").file("empty", "").text());
        const Spool spool(dir_.path(), source);
        expectEqual("a b/json empty", join(spool.members(), " "));
        expectEqual("{}", spool.text("b/json"));
        expectEqual("{}", spool.text("./b//json"));
        expectEqual("", spool.text("empty"));
        CPPUNIT_ASSERT_EQUAL(int64_t(1), spool.size("a"));
        expectError(ErrorKind::InvalidArgument, "the archive has no 'c'", [&] { spool.text("c"); });
    }

    void followsLinks() {
        archive::StringSource source(Archive()
                                         .symlink("1/layer.tar", "../2/layer.tar")
                                         .hardLink("3/layer.tar", "2/layer.tar")
                                         .symlink("top", "2/layer.tar")
                                         .symlink("loop", "loop")
                                         .symlink("dangling", "nowhere")
                                         .file("2/layer.tar", "two")
                                         .text());
        const Spool spool(dir_.path(), source);
        for (const char* name : {"1/layer.tar", "3/layer.tar", "top"})
            expectEqual("two", spool.text(name));
        CPPUNIT_ASSERT(!spool.has("loop") && !spool.has("dangling"));
    }

    void laterMembersWin() {
        archive::StringSource source(
            Archive().file("a", "1").file("a", "2").file("b", "3").file("c", "4").text());
        const Spool spool(dir_.path(), source);
        expectEqual("234", spool.text("a") + spool.text("b") + spool.text("c"));
    }

    void readsCompressed() {
        const std::string plain = Archive().file("a", std::string(100000, 'x')).text();
        for (const std::string& bytes : {gzip(plain), bzip2(plain), xz(plain), zstd(plain)}) {
            archive::StringSource source(bytes);
            CPPUNIT_ASSERT_EQUAL(int64_t(100000), Spool(dir_.path(), source).size("a"));
        }
    }

    void refusesHostileMembers() {
        refuses(Archive().file("../x", "y").text(), "member '../x' of the archive");
        refuses(Archive().file("a/../../x", "y").text(), "member 'a/../../x'");
        refuses(Archive().file("/etc/passwd", "y").text(), "member '/etc/passwd'");
        refuses(Archive().hardLink("a/b", "../etc/passwd").text(), "outside of it");
        refuses(Archive().hardLink("a", "/etc/passwd").text(), "links to '/etc/passwd'");
    }

    void refusesLinksOutOfIt() {
        archive::StringSource source(Archive()
                                         .symlink("a", "../../etc/passwd")
                                         .symlink("b", "/etc/passwd")
                                         .symlink("c", "b")
                                         .symlink("d/e", "../../f")
                                         .text());
        const Spool spool(dir_.path(), source);
        for (const char* name : {"a", "b", "c", "d/e"})
            expectError(ErrorKind::InvalidArgument, "outside of it", [&] { spool.text(name); });
        expectError(ErrorKind::InvalidArgument,
                    "member 'b' of the archive links to '/etc/passwd', which is outside of it",
                    [&] { spool.has("c"); });
    }

    void refusesHoles() {
        archive::Entry sparse;
        sparse.name = "big";
        sparse.size = 10 << 20;
        sparse.extents = {{sparse.size, 0}};
        refuses(Archive().entry(sparse).text(), "'big'");
    }

    void refusesTruncated() {
        const std::string whole = Archive().file("a", std::string(100000, 'x')).text();
        refuses(whole.substr(0, 50000), "'a'");
        refuses(gzip(whole).substr(0, 60), "gzip");
        refuses(std::string(2000, 'z'), "");
    }

    void leavesNothing() {
        {
            archive::StringSource source(Archive().file("a", "x").text());
            const Spool spool(dir_.path(), source);
            CPPUNIT_ASSERT_EQUAL(size_t(1), listDir(dir_.path()).size());
        }
        CPPUNIT_ASSERT(listDir(dir_.path()).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SpoolTest);

} // namespace

} // namespace ctrd::image

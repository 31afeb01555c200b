#include "image/tag_store.h"

#include "base/fd.h"
#include "base/path.h"
#include "base/strings.h"
#include "unit/testing/expect.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace ctrd::image {

namespace {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

const std::string kDigest = "sha256:" + std::string(64, '1');

class TagStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TagStoreTest);
    CPPUNIT_TEST(keepsNames);
    CPPUNIT_TEST(remembersWhenItNamed);
    CPPUNIT_TEST(changesAllOrNothing);
    CPPUNIT_TEST(refusesBrokenFiles);
    CPPUNIT_TEST(takesNamesApart);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;
    std::string path() const { return joinPath(dir_.path(), "tags.json"); }

    void write(const std::string& text) const {
        const Fd fd = openFile(path(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        writeAll(fd.get(), text);
    }

public:
    void keepsNames() {
        TagStore(path()).set(
            {{"b:1", "X"}, {"a:latest", "X"}, {"a@" + kDigest, "X"}, {"c:1", "Y"}});
        TagStore tags(path());
        expectEqual("X", *tags.find(registry::parseReference("a")));
        expectEqual("X", *tags.find(registry::parseReference("a@" + kDigest)));
        expectEqual("X", *tags.find(registry::parseReference("a:other@" + kDigest)));
        CPPUNIT_ASSERT(!tags.find(registry::parseReference("a:2")));
        expectEqual("a:latest a@" + kDigest + " b:1", join(tags.namesOf("X"), " "));
        tags.set({{"b:1", "Y"}});
        tags.remove({"a:latest", "not:there"});
        expectEqual("a@" + kDigest, join(TagStore(path()).namesOf("X"), " "));
        expectEqual("b:1 c:1", join(TagStore(path()).namesOf("Y"), " "));
    }

    void remembersWhenItNamed() {
        const Timestamp before = now();
        TagStore(path()).set({{"a:1", "X"}, {"b:1", "Y"}});
        TagStore tags(path());
        const Timestamp tagged = tags.lastTagged("X");
        CPPUNIT_ASSERT(tagged >= before && tagged <= now());
        CPPUNIT_ASSERT_EQUAL(tagged, tags.lastTagged("Y"));
        CPPUNIT_ASSERT_EQUAL(Timestamp(0), tags.lastTagged("Z"));
        tags.set({{"a:2", "X"}});
        CPPUNIT_ASSERT(tags.lastTagged("X") > tagged);
        tags.remove({"a:1", "a:2", "b:1"});
        CPPUNIT_ASSERT_EQUAL(Timestamp(0), TagStore(path()).lastTagged("X"));
    }

    void changesAllOrNothing() {
        TagStore tags(joinPath(dir_.path(), "gone/tags.json"));
        expectError(ErrorKind::Internal, "gone", [&] { tags.set({{"a:1", "X"}}); });
        CPPUNIT_ASSERT(tags.namesOf("X").empty());
    }

    void refusesBrokenFiles() {
        for (const char* text : {"{\"version\":2}", "{\"version\":1,\"names\":{\"a:1\":5}}"}) {
            write(text);
            expectError(ErrorKind::Internal, path(), [&] { TagStore tags(path()); });
        }
        write("{");
        expectError(ErrorKind::Internal, path(), [&] { TagStore tags(path()); });
    }

    void takesNamesApart() {
        expectEqual("host:5000/a", repositoryOf("host:5000/a:tag"));
        expectEqual("host:5000/a", repositoryOf("host:5000/a@" + kDigest));
        CPPUNIT_ASSERT(isDigestName("a@" + kDigest) && !isDigestName("a:1"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TagStoreTest);

} // namespace

} // namespace ctrd::image

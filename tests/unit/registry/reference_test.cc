#include "registry/reference.h"

#include "unit/testing/expect.h"

namespace ctrd::registry {

namespace {

using testing::expectEqual;
using testing::expectError;

const std::string kDigest =
    "sha256:9ae97d36d26566ff84e8893c64a6dc4fe8ca6d1144bf5b87b2b85a32def253c7";

class ReferenceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReferenceTest);
    CPPUNIT_TEST(reads);
    CPPUNIT_TEST(readsDigests);
    CPPUNIT_TEST(takesTagApart);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST(refusesUpperCase);
    CPPUNIT_TEST_SUITE_END();

    void reads() {
        const struct {
            const char *text, *name, *tag;
        } cases[] = {
            {"busybox", "busybox", "latest"},
            {"busybox:1.36-musl", "busybox", "1.36-musl"},
            {"a", "a", "latest"},
            {"me/app:V1_x.y", "me/app", "V1_x.y"},
            {"docker.io/library/busybox", "busybox", "latest"},
            {"index.docker.io/library/busybox:1", "busybox", "1"},
            {"docker.io/busybox", "busybox", "latest"},
            {"library/busybox", "busybox", "latest"},
            {"docker.io/me/app", "me/app", "latest"},
            {"docker.io/library/deep/er", "library/deep/er", "latest"},
            {"host:5000/app", "host:5000/app", "latest"},
            {"host:5000/app:2", "host:5000/app", "2"},
            {"localhost/app", "localhost/app", "latest"},
            {"Registry.Example.org/a/b/c:t", "Registry.Example.org/a/b/c", "t"},
            {"[::1]:5000/app:x", "[::1]:5000/app", "x"},
            {"quay.io/library/app", "quay.io/library/app", "latest"},
            {"x/a.b_c__d---e/f", "x/a.b_c__d---e/f", "latest"},
        };
        for (const auto& c : cases) {
            const Reference reference = parseReference(c.text);
            expectEqual(c.name, reference.name);
            expectEqual(c.tag, reference.tag);
            expectEqual("", reference.digest);
            expectEqual(std::string(c.name) + ":" + c.tag, reference.familiar());
        }
    }

    void readsDigests() {
        const Reference bare = parseReference("app@" + kDigest);
        expectEqual("app", bare.name);
        expectEqual("", bare.tag);
        expectEqual(kDigest, bare.digest);
        expectEqual("app@" + kDigest, bare.familiar());
        const Reference both = parseReference("docker.io/library/app:1@" + kDigest);
        expectEqual("app", both.name);
        expectEqual("1", both.tag);
        expectEqual("app:1@" + kDigest, both.familiar());
    }

    void takesTagApart() {
        expectEqual("app:2", parseReference("app:1", "2").familiar());
        expectEqual("app:1", parseReference("app:1", "").familiar());
        expectEqual("app:latest", parseReference("app", "").familiar());
        expectEqual("host:5000/app:2", parseReference("host:5000/app", "2").familiar());
        expectEqual("app@" + kDigest, parseReference("app", kDigest).familiar());
        expectError(ErrorKind::InvalidArgument, "is no tag", [] { parseReference("app", "a b"); });
        expectError(ErrorKind::InvalidArgument, "is no digest",
                    [] { parseReference("app", "sha256:12"); });
    }

    void refuses() {
        const struct {
            std::string text, part;
        } cases[] = {
            {"", "name is missing"},
            {":latest", "name is missing"},
            {"/app", "'' is no part"},
            {"app/", "'' is no part"},
            {"a//b", "'' is no part"},
            {"app:", "tag is empty"},
            {"app:-x", "'-x' is no tag"},
            {"app:" + std::string(129, 'x'), "128 characters"},
            {"-app", "'-app' is no part"},
            {"app-", "'app-' is no part"},
            {"a..b", "'a..b' is no part"},
            {"a___b", "'a___b' is no part"},
            {"a b", "'a b' is no part"},
            {"../etc", "'..' is no host"},
            {"a/../b", "'..' is no part"},
            {"host:/app", "'host:' is no host"},
            {"host:port/app", "'host:port' is no host"},
            {"-host.org/app", "'-host.org' is no host"},
            {"[::1/app", "'[::1' is no host"},
            {"app@sha256:12", "'sha256:12' is no digest"},
            {"app@md5:" + std::string(64, '0'), "is no digest"},
            {"app@", "'' is no digest"},
            {std::string(64, 'a'), "64-byte hexadecimal"},
            {std::string(256, 'a'), "255 characters"},
        };
        for (const auto& c : cases) {
            expectError(ErrorKind::InvalidArgument, c.part, [&] { parseReference(c.text); });
            expectError(ErrorKind::InvalidArgument, "invalid reference format: '" + c.text,
                        [&] { parseReference(c.text); });
        }
    }

    void refusesUpperCase() {
        for (const char* text : {"Busybox", "me/App:1", "host:5000/aPP", "Me/app"})
            expectError(ErrorKind::InvalidArgument, "repository name must be lowercase",
                        [&] { parseReference(text); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReferenceTest);

} // namespace

} // namespace ctrd::registry

#include "image/remove.h"

#include "base/path.h"
#include "unit/testing/expect.h"

namespace ctrd::image {

namespace {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

const std::string kA = "sha256:" + std::string(64, 'a');
const std::string kB = "sha256:" + std::string(64, 'b');
const std::string kC = "sha256:" + std::string(64, 'c');
const std::string kDigest = "sha256:" + std::string(64, '1');
const std::string kShortA(12, 'a');

// C is made from B, B from A.
class RemoveTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RemoveTest);
    CPPUNIT_TEST(removesWithTheLastName);
    CPPUNIT_TEST(removesById);
    CPPUNIT_TEST(severalRepositories);
    CPPUNIT_TEST(digestsFollowTheirTag);
    CPPUNIT_TEST(stoppedContainer);
    CPPUNIT_TEST(runningContainer);
    CPPUNIT_TEST(prunesParents);
    CPPUNIT_TEST(keepsParents);
    CPPUNIT_TEST(children);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;
    TagStore tags_{joinPath(dir_.path(), "tags.json")};
    std::map<std::string, Image> images_;
    RemovalRequest request_;

    void image(const std::string& id, const std::string& parent = "") {
        images_[id].id = id;
        images_[id].parent = parent;
    }

    // "-name" for what was untagged, "!id" for what was deleted.
    std::string plan(const std::string& reference, const std::string& id) {
        request_.reference = reference;
        request_.id = id;
        std::string text;
        for (const RemovedItem& item : planRemoval(request_, images_, tags_).items)
            text += (item.deleted ? "!" : "-") +
                    (item.deleted ? item.what.substr(7, 1) : item.what) + " ";
        return text;
    }

    void expectConflict(const std::string& text, const std::string& reference) {
        expectError(ErrorKind::Conflict, text, [&] { plan(reference, kA); });
    }

public:
    void removesWithTheLastName() {
        image(kA);
        tags_.set({{"x:latest", kA}, {"x:2", kA}});
        expectEqual("-x:2 ", plan("x:2", kA));
        tags_.remove({"x:2"});
        expectEqual("-x:latest !a ", plan("docker.io/library/x", kA));
    }

    void removesById() {
        image(kA);
        expectEqual("!a ", plan(kA, kA));
        tags_.set({{"x:1", kA}});
        for (const std::string& reference : {kA, kA.substr(7), kShortA, std::string("sha256:aaa")})
            expectEqual("-x:1 !a ", plan(reference, kA));
        // A name that could be the beginning of an id is a name.
        tags_.set({{"aaa:latest", kA}});
        expectEqual("-aaa:latest ", plan("aaa", kA));
    }

    void severalRepositories() {
        image(kA);
        tags_.set({{"x:1", kA}, {"y:1", kA}});
        expectConflict("conflict: unable to delete " + kShortA +
                           " (must be forced) - image is referenced in multiple repositories",
                       kA);
        request_.force = true;
        expectEqual("-x:1 -y:1 !a ", plan(kA, kA));
    }

    void digestsFollowTheirTag() {
        image(kA);
        tags_.set({{"x:1", kA}, {"x@" + kDigest, kA}});
        expectEqual("-x:1 -x@" + kDigest + " !a ", plan("x:1", kA));
        expectEqual("-x:1 -x@" + kDigest + " !a ", plan(kA, kA));
        expectEqual("-x@" + kDigest + " ", plan("x@" + kDigest, kA));
        tags_.set({{"x:2", kA}});
        expectEqual("-x:1 ", plan("x:1", kA));
    }

    void stoppedContainer() {
        image(kA);
        tags_.set({{"x:1", kA}});
        request_.users[kA] = {{std::string(64, '9'), false}};
        expectConflict(
            "conflict: unable to remove repository reference \"x:1\" (must force) - "
            "container 999999999999 is using its referenced image " +
                kShortA,
            "x:1");
        expectConflict("(must be forced) - image is being used by stopped container 999999999999",
                       kA);
        request_.force = true;
        expectEqual("-x:1 !a ", plan("x:1", kA));
        expectEqual("-x:1 !a ", plan(kA, kA));
    }

    void runningContainer() {
        image(kA);
        tags_.set({{"x:1", kA}});
        request_.users[kA] = {{std::string(64, '8'), false}, {std::string(64, '9'), true}};
        expectConflict("container 999999999999 is using", "x:1");
        request_.force = true;
        expectConflict("conflict: unable to delete " + kShortA +
                           " (cannot be forced) - image is being used by running container "
                           "999999999999",
                       kA);
        // Its name can go; the image stays until the container is gone.
        expectEqual("-x:1 ", plan("x:1", kA));
        request_.force = false;
        tags_.set({{"y:1", kA}});
        expectEqual("-y:1 ", plan("y:1", kA));
    }

    void prunesParents() {
        image(kA);
        image(kB, kA);
        image(kC, kB);
        tags_.set({{"x:1", kC}});
        expectEqual("-x:1 !c !b !a ", plan("x:1", kC));
        request_.noPrune = true;
        expectEqual("-x:1 !c ", plan("x:1", kC));
    }

    void keepsParents() {
        image(kA);
        image(kB, kA);
        image(kC, kB);
        tags_.set({{"x:1", kC}, {"base:1", kA}});
        request_.force = true;
        expectEqual("-x:1 !c !b ", plan("x:1", kC));
        request_.users[kB] = {{std::string(64, '9'), false}};
        expectEqual("-x:1 !c ", plan("x:1", kC));
        request_.users.clear();
        image("sha256:" + std::string(64, 'd'), kB);
        expectEqual("-x:1 !c ", plan("x:1", kC));
    }

    void children() {
        image(kA);
        image(kB, kA);
        request_.force = true;
        expectConflict("(cannot be forced) - image has dependent child images", kA);
        tags_.set({{"base:1", kA}});
        expectEqual("-base:1 ", plan("base:1", kA));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RemoveTest);

} // namespace

} // namespace ctrd::image

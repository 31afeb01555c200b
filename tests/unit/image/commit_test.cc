#include "image/commit.h"

#include "base/json.h"
#include "base/strings.h"
#include "unit/image/fixture.h"

namespace ctrd::image {

namespace {

using namespace testing;

const std::string kBase = layerTar("bin/sh", "#!"), kChange = layerTar("etc/motd", "hello");
const std::string kNothing(1024, '\0'); // a tar's end

std::vector<ImageStore::User> nobody(const std::string&) {
    return {};
}

} // namespace

class CommitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommitTest);
    CPPUNIT_TEST(addsALayer);
    CPPUNIT_TEST(addsNoLayerForNoChange);
    CPPUNIT_TEST(outlivesTheParent);
    CPPUNIT_TEST(fillsTheHistory);
    CPPUNIT_TEST(leavesNothingBehind);
    CPPUNIT_TEST_SUITE_END();

    Store store_;

    CommittedLayer on(const Image& image) const {
        CommittedLayer layer;
        layer.parentImage = image.id;
        layer.parentLayer = image.chainId;
        layer.containerId = std::string(64, 'c');
        layer.containerConfig.cmd = {"sh", "-c", "make"};
        layer.config.cmd = {"run"};
        layer.author = "me";
        layer.comment = "made";
        return layer;
    }

    Image commit(const CommittedLayer& layer, const std::string& tar,
                 const std::string& name = "") {
        archive::StringSource source(tar);
        return store_.images->get(store_.images->commit(source, layer, name, ""));
    }

public:
    void addsALayer() {
        const Image base = store_.images->get(store_.import(kBase, "base"));
        const Image image = commit(on(base), kChange, "made:1");
        expectEqual(image.id, store_.images->get("made:1").id);
        expectEqual(base.id, image.parent);
        expectEqual("run", join(image.config.cmd, " "));
        expectEqual("me", image.author);
        expectEqual("made", image.comment);
        expectEqual(digest(kBase) + " " + digest(kChange), join(image.diffIds, " "));
        CPPUNIT_ASSERT_EQUAL(base.size + 5, image.size);
        const auto history = store_.images->history(image.id);
        CPPUNIT_ASSERT_EQUAL(size_t(2), history.size());
        expectEqual("sh -c make", history[0].createdBy);
        CPPUNIT_ASSERT_EQUAL(int64_t(5), history[0].size);
        store_.images->remove("made:1", false, false, nobody);
        store_.images->remove("base", false, false, nobody);
        store_.expectEmpty();
    }

    void addsNoLayerForNoChange() {
        const Image base = store_.images->get(store_.import(kBase));
        const Image image = commit(on(base), kNothing);
        expectEqual(base.chainId, image.chainId);
        CPPUNIT_ASSERT(store_.images->history(image.id)[0].emptyLayer);
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.driver.trees());
    }

    // Removed by force, its layers are the container's.
    void outlivesTheParent() {
        const Image base = store_.images->get(store_.import(kBase));
        const archive::Digest chain = archive::Digest::parse(base.chainId);
        store_.layers->retain(chain);
        store_.images->remove(base.id, true, false, nobody);
        const Image image = commit(on(base), kChange);
        store_.layers->release(chain);
        expectEqual("", image.parent);
        const auto history = store_.images->history(image.id);
        CPPUNIT_ASSERT_EQUAL(size_t(2), history.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(5), history[0].size);
        CPPUNIT_ASSERT_EQUAL(int64_t(2), history[1].size);
    }

    void fillsTheHistory() {
        Json parent = configOf({kBase, kChange});
        parent.erase("history");
        parent["variant"] = "v8";
        CommittedChain chain;
        chain.diffIds = {digest(kBase), digest(kChange), digest("top")};
        const Json config = committedConfig(parent, chain, CommittedLayer());
        CPPUNIT_ASSERT_EQUAL(size_t(3), config["history"].size());
        expectEqual("amd64 v8",
                    getString(config, "architecture") + " " + getString(config, "variant"));
        CPPUNIT_ASSERT(!config.contains("author"));
    }

    void leavesNothingBehind() {
        const Image base = store_.images->get(store_.import(kBase));
        expectError(ErrorKind::InvalidArgument, "",
                    [&] { commit(on(base), kChange.substr(0, 700)); });
        expectError(ErrorKind::InvalidArgument, "", [&] { commit(on(base), kChange, "UPPER"); });
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.driver.trees());
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.images->list().size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommitTest);

} // namespace ctrd::image

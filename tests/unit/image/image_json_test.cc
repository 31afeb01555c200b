#include "image/image_json.h"

#include "archive/digest.h"
#include "base/json.h"
#include "unit/image/fixture.h"

namespace ctrd::image {

namespace {

using namespace testing;

Image read(const std::string& text) {
    return imageFromConfig("sha256:x", parseJson(text, "test"));
}

const std::string kOne = digest("one");
const std::string kTwo = digest("two");

class ImageJsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ImageJsonTest);
    CPPUNIT_TEST(readsConfig);
    CPPUNIT_TEST(computesChain);
    CPPUNIT_TEST(spreadsSizes);
    CPPUNIT_TEST(readsBareConfig);
    CPPUNIT_TEST(convertsV1);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsConfig() {
        const Image image = read(R"({"architecture":"arm64","os":"linux","author":"me",
            "created":"2020-01-02T03:04:05Z","comment":"c","docker_version":"1.7.1",
            "config":{"Cmd":["sh"],"Labels":{"a":"b"},"ExposedPorts":{"80/tcp":{}}},
            "history":[{"created":"t","created_by":"x","empty_layer":true,"author":"a"}]})");
        expectEqual("arm64", image.architecture);
        expectEqual("me", image.author);
        expectEqual("1.7.1", image.dockerVersion);
        expectEqual("sh", image.config.cmd.at(0));
        expectEqual("b", image.config.labels.at("a"));
        CPPUNIT_ASSERT_EQUAL(size_t(1), image.history.size());
        CPPUNIT_ASSERT(image.history[0].emptyLayer);
        expectEqual("", image.chainId);
    }

    void computesChain() {
        const Json config = {{"rootfs", {{"diff_ids", {kOne, kTwo}}}}};
        const Image image = imageFromConfig("sha256:x", config);
        expectEqual(digest(kOne + " " + kTwo), image.chainId);
        const Json single = {{"rootfs", {{"diff_ids", Json::array({kOne})}}}};
        expectEqual(kOne, imageFromConfig("sha256:x", single).chainId);
    }

    void spreadsSizes() {
        Image image;
        image.created = "now";
        image.history.resize(3);
        image.history[1].emptyLayer = true;
        addSizes(image, {10, 20, 30});
        CPPUNIT_ASSERT_EQUAL(int64_t(60), image.size);
        CPPUNIT_ASSERT_EQUAL(size_t(4), image.history.size());
        CPPUNIT_ASSERT_EQUAL(int64_t(10), image.history[0].size);
        CPPUNIT_ASSERT_EQUAL(int64_t(0), image.history[1].size);
        CPPUNIT_ASSERT_EQUAL(int64_t(20), image.history[2].size);
        CPPUNIT_ASSERT_EQUAL(int64_t(30), image.history[3].size);
        expectEqual("now", image.history[3].created);
    }

    void readsBareConfig() {
        const Image image = read(R"({"config":null,"history":null})");
        expectEqual("linux", image.os);
        CPPUNIT_ASSERT(image.history.empty() && image.diffIds.empty());
    }

    void convertsV1() {
        const Json v1 = parseJson(R"({"id":"abc","parent":"def","Size":12,"created":"t",
            "author":"me","architecture":"amd64","os":"linux","docker_version":"1.7.1",
            "container_config":{"Cmd":["/bin/sh","-c","make"]},"config":{"Cmd":["sh"]}})",
                                  "test");
        const Json entry = historyOfV1(v1, true);
        expectEqual("/bin/sh -c make", getString(entry, "created_by"));
        expectEqual("me", getString(entry, "author"));
        CPPUNIT_ASSERT(getBool(entry, "empty_layer"));
        const Json config = configFromV1(v1, {kOne}, Json::array({historyOfV1(v1, false)}), kTwo);
        CPPUNIT_ASSERT(!config.contains("id") && !config.contains("Size"));
        const Image image = imageFromConfig("sha256:x", config);
        expectEqual(kTwo, image.parent);
        expectEqual(kOne, image.diffIds.at(0));
        expectEqual("sh", image.config.cmd.at(0));
        expectEqual("1.7.1", image.dockerVersion);
    }

    void refuses() {
        const struct {
            const char *text, *part;
        } cases[] = {
            {"[]", "must be a JSON object"},
            {R"({"os":"windows"})", "operating system \"windows\""},
            {R"({"author":1})", "author: a string"},
            {R"({"config":{"Cmd":1}})", "Cmd"},
            {R"({"rootfs":[]})", "diff_ids"},
            {R"({"rootfs":{"diff_ids":["sha256:12"]}})", "invalid digest 'sha256:12'"},
            {R"({"history":{}})", "history: an array"},
            {R"({"history":[{"created":1}]})", "created: a string"},
            {R"({"history":[{}]})", "speaks of 1 layers, rootfs.diff_ids of 0"},
        };
        for (const auto& c : cases)
            expectError(ErrorKind::InvalidArgument, c.part, [&] { read(c.text); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ImageJsonTest);

} // namespace

} // namespace ctrd::image

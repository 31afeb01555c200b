#include "base/json.h"
#include "base/strings.h"
#include "unit/image/fixture.h"

namespace ctrd::image {

namespace {

using namespace testing;

const std::string kBaseId(64, 'a');
const std::string kMiddleId(64, 'b');
const std::string kTopId(64, 'c');
const std::string kBase = layerTar("etc/base", "base");
const std::string kTop = layerTar("etc/top", "top layer");

Json v1(const std::string& id, const std::string& parent, const std::string& command) {
    Json json = {{"id", id},
                 {"created", "2015-07-14T13:01:02.5Z"},
                 {"container_config", {{"Cmd", {"/bin/sh", "-c", command}}}},
                 {"config", {{"Cmd", {"sh"}}, {"Env", Json::array({"A=b"})}}},
                 {"docker_version", "1.7.1"},
                 {"architecture", "amd64"},
                 {"os", "linux"},
                 {"Size", 4}};
    if (!parent.empty()) json["parent"] = parent;
    return json;
}

Archive& add(Archive& archive, const std::string& id, const Json& json, const std::string& layer) {
    return archive.file(id + "/VERSION", "1.0")
        .json(id + "/json", json)
        .file(id + "/layer.tar", layer);
}

// Two layers and between them an image that only changed the config; the child comes first.
Archive chain() {
    Archive archive;
    add(archive, kTopId, v1(kTopId, kMiddleId, "make"), kTop);
    add(archive, kMiddleId, v1(kMiddleId, kBaseId, "#(nop) ENV A=b"), std::string(1024, '\0'));
    add(archive, kBaseId, v1(kBaseId, "", "#(nop) ADD file"), kBase);
    return archive;
}

class LoadV1Test : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoadV1Test);
    CPPUNIT_TEST(loads);
    CPPUNIT_TEST(keepsLineage);
    CPPUNIT_TEST(loadsWithoutNames);
    CPPUNIT_TEST(loadsTheSameAgain);
    CPPUNIT_TEST(loadsCompressed);
    CPPUNIT_TEST(startsWithAnEmptyLayer);
    CPPUNIT_TEST(refuses);
    CPPUNIT_TEST(refusesWrongLineage);
    CPPUNIT_TEST(refusesWrongNames);
    CPPUNIT_TEST_SUITE_END();

    Store store_;

public:
    void loads() {
        const auto told = store_.load(
            chain().json("repositories", {{"box", {{"latest", kTopId}, {"2", kTopId}}}}).text());
        expectEqual("box:2 box:latest", join(told, " "));
        const Image image = store_.images->get("box");
        expectEqual(digest(kBase), image.diffIds.at(0));
        expectEqual(digest(kTop), image.diffIds.at(1));
        CPPUNIT_ASSERT_EQUAL(size_t(2), image.diffIds.size());
        expectEqual("sh", join(image.config.cmd, " "));
        expectEqual("1.7.1", image.dockerVersion);
        CPPUNIT_ASSERT_EQUAL(int64_t(13), image.size);
        const auto history = store_.images->history("box");
        CPPUNIT_ASSERT_EQUAL(size_t(3), history.size());
        expectEqual("/bin/sh -c make", history[0].createdBy);
        CPPUNIT_ASSERT(history[1].emptyLayer && !history[0].emptyLayer);
        CPPUNIT_ASSERT_EQUAL(int64_t(4), history[2].size);
    }

    void keepsLineage() {
        store_.load(chain().json("repositories", {{"box", {{"1", kTopId}}}}).text());
        const Image top = store_.images->get("box:1");
        const Image middle = store_.images->get(top.parent);
        const Image base = store_.images->get(middle.parent);
        expectEqual("", base.parent);
        expectEqual(digest(kBase), base.chainId);
        expectEqual(base.chainId, middle.chainId);
        CPPUNIT_ASSERT_EQUAL(size_t(4), store_.images
                                            ->remove("box:1", false, false,
                                                     [](const std::string&) {
                                                         return std::vector<ImageStore::User>{};
                                                     })
                                            .size());
        store_.expectEmpty();
    }

    void loadsWithoutNames() {
        const auto told = store_.load(chain().text());
        CPPUNIT_ASSERT_EQUAL(size_t(1), told.size());
        CPPUNIT_ASSERT_EQUAL(size_t(2), store_.images->get(told[0]).diffIds.size());
        expectEqual("Loaded image ID: " + told[0] + "\n",
                    store_.told().substr(store_.told().find("Loaded")));
    }

    void loadsTheSameAgain() {
        const auto first = store_.load(chain().text());
        expectEqual(first.at(0), store_.load(chain().text()).at(0));
        CPPUNIT_ASSERT_EQUAL(size_t(3), store_.images->list().size());
        CPPUNIT_ASSERT_EQUAL(size_t(2), store_.driver.trees());
    }

    void loadsCompressed() {
        const std::string id = store_.load(chain().text()).at(0);
        for (const auto& compress : {gzip, bzip2, xz, zstd})
            expectEqual(id, store_.load(compress(chain().text())).at(0));
    }

    void startsWithAnEmptyLayer() {
        Archive archive;
        add(archive, kBaseId, v1(kBaseId, "", "#(nop) MAINTAINER me"), std::string(10240, '\0'));
        add(archive, kTopId, v1(kTopId, kBaseId, "#(nop) ADD file"), kTop);
        const Image image = store_.images->get(store_.load(archive.text()).at(0));
        CPPUNIT_ASSERT_EQUAL(size_t(1), image.diffIds.size());
        expectEqual("", store_.images->get(image.parent).chainId);
    }

    void refuses() {
        Archive noLayer;
        noLayer.json(kBaseId + "/json", v1(kBaseId, "", "x"));
        store_.refuses(noLayer.text(), "the archive has no '" + kBaseId + "/layer.tar'");
        store_.refuses(chain().file(kBaseId + "/json", "{").text(), "invalid JSON in '" + kBaseId);
        store_.refuses(chain().json(kBaseId + "/json", Json::array()).text(), "is no object");
        store_.refuses(chain().json(kBaseId + "/json", v1(kTopId, "", "x")).text(),
                       "says it is '" + kTopId);
        store_.refuses(chain().json("short/json", v1("short", "", "x")).text(),
                       "'short' of the archive is no image id");
        store_.refuses(chain().file(kTopId + "/layer.tar", kTop.substr(0, 700)).text(),
                       "layer '" + kTopId + "/layer.tar' of the archive");
        Json wrong = v1(kTopId, kMiddleId, "x");
        wrong["config"]["Env"] = 5;
        store_.refuses(chain().json(kTopId + "/json", wrong).text(), "Env");
        store_.refuses(Archive().json("repositories", Json::object()).text(), "holds no image");
    }

    void refusesWrongLineage() {
        Archive orphan;
        add(orphan, kTopId, v1(kTopId, kBaseId, "x"), kTop);
        store_.refuses(orphan.text(), "the archive has no '" + kBaseId + "/json'");
        store_.refuses(chain().json(kBaseId + "/json", v1(kBaseId, kTopId, "x")).text(),
                       "is its own parent");
        store_.refuses(chain().json(kBaseId + "/json", v1(kBaseId, kBaseId, "x")).text(),
                       "is its own parent");
        store_.refuses(chain().json(kBaseId + "/json", v1(kBaseId, "../..", "x")).text(),
                       "is no image id");
    }

    void refusesWrongNames() {
        const auto with = [](const Json& repositories) {
            return chain().json("repositories", repositories).text();
        };
        store_.refuses(with({{"box", {{"1", std::string(64, 'd')}}}}), "which is not there");
        store_.refuses(with({{"box", {{"1", 5}}}}), "which is not there");
        store_.refuses(with({{"box", 5}}), "is no object of tags");
        store_.refuses(with({{"Box", {{"1", kTopId}}}}), "must be lowercase");
        store_.refuses(chain().file("repositories", "[").text(), "invalid JSON in repositories");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoadV1Test);

} // namespace

} // namespace ctrd::image

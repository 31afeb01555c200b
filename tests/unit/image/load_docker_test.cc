#include "base/json.h"
#include "base/strings.h"
#include "unit/image/fixture.h"

namespace ctrd::image {

namespace {

using namespace testing;

const std::string kBase = layerTar("etc/base", "base");
const std::string kTop = layerTar("etc/top", "the top layer");

Json item(const std::string& config, const std::vector<std::string>& layers,
          const std::vector<std::string>& names) {
    return {{"Config", config}, {"Layers", layers}, {"RepoTags", names}};
}

// Of one image of two layers, as `docker save` made them before 25.
Archive archiveOf(const std::vector<std::string>& names, const std::string& base = kBase,
                  const std::string& top = kTop) {
    const std::string config = dumpJson(configOf({kBase, kTop}));
    const std::string member = hex(config) + ".json";
    return Archive()
        .file(member, config)
        .file("1/layer.tar", base)
        .file("2/layer.tar", top)
        .json("manifest.json", Json::array({item(member, {"1/layer.tar", "2/layer.tar"}, names)}));
}

class LoadDockerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoadDockerTest);
    CPPUNIT_TEST(loads);
    CPPUNIT_TEST(loadsCompressed);
    CPPUNIT_TEST(loadsLinkedLayers);
    CPPUNIT_TEST(loadsMixedForm);
    CPPUNIT_TEST(loadsWithoutName);
    CPPUNIT_TEST(loadsSeveral);
    CPPUNIT_TEST(skipsKnownLayers);
    CPPUNIT_TEST(takesLayersAsTheyCome);
    CPPUNIT_TEST(spoolsWhatHasSeveralPlaces);
    CPPUNIT_TEST(movesNames);
    CPPUNIT_TEST(tellsProgress);
    CPPUNIT_TEST(refusesBrokenJson);
    CPPUNIT_TEST(refusesWhatIsMissing);
    CPPUNIT_TEST(refusesWrongDigests);
    CPPUNIT_TEST(refusesTruncated);
    CPPUNIT_TEST(takesAllOrNothing);
    CPPUNIT_TEST_SUITE_END();

    Store store_;

    void replaceManifest(const Json& manifest, const std::string& part) {
        store_.refuses(archiveOf({}).json("manifest.json", manifest).text(), part);
    }

public:
    void loads() {
        const auto names = store_.load(archiveOf({"docker.io/library/box:1", "me/box"}).text());
        expectEqual("box:1 me/box:latest", join(names, " "));
        expectEqual("Loaded image: box:1\nLoaded image: me/box:latest\n",
                    store_.told().substr(store_.told().find("Loaded")));
        const Image image = store_.images->get("box:1");
        expectEqual(digest(dumpJson(configOf({kBase, kTop}))), image.id);
        expectEqual("box:1 me/box:latest", join(image.repoTags, " "));
        expectEqual("sh", join(image.config.cmd, " "));
        CPPUNIT_ASSERT_EQUAL(int64_t(17), image.size);
        CPPUNIT_ASSERT_EQUAL(int64_t(13), store_.images->history("box:1").at(0).size);
        CPPUNIT_ASSERT_EQUAL(size_t(2), store_.driver.trees());
        CPPUNIT_ASSERT(listDir(joinPath(store_.dir.path(), "images/tmp")).empty());
    }

    void loadsCompressed() {
        const std::string plain = archiveOf({"box"}).text();
        for (const std::string& bytes : {gzip(plain), bzip2(plain), xz(plain), zstd(plain)})
            expectEqual("box:latest", join(store_.load(bytes), " "));
        for (const auto& compress : {gzip, bzip2, xz, zstd}) {
            Store fresh;
            fresh.load(archiveOf({"box"}, compress(kBase), compress(kTop)).text());
            expectEqual(store_.images->get("box").id, fresh.images->get("box").id);
        }
    }

    void loadsLinkedLayers() {
        const std::string config = dumpJson(configOf({kBase, kTop, kBase, kBase}));
        const Json manifest = Json::array({item(
            "c.json", {"1/layer.tar", "2/layer.tar", "3/layer.tar", "4/layer.tar"}, {"box"})});
        store_.load(Archive()
                        .json("manifest.json", manifest)
                        .symlink("3/layer.tar", "../1/layer.tar")
                        .hardLink("4/layer.tar", "1/layer.tar")
                        .file("1/layer.tar", kBase)
                        .file("2/layer.tar", kTop)
                        .file("c.json", config)
                        .text());
        CPPUNIT_ASSERT_EQUAL(size_t(4), store_.images->get("box").diffIds.size());
    }

    // Docker 25 and later: an OCI layout with a manifest.json beside it.
    void loadsMixedForm() {
        const std::string config = dumpJson(configOf({kTop}));
        const std::string blobs = "blobs/sha256/";
        store_.load(Archive()
                        .file(blobs + hex(kTop), kTop)
                        .file(blobs + hex(config), config)
                        .json("index.json", {{"schemaVersion", 2}, {"manifests", Json::array()}})
                        .json("manifest.json", Json::array({item(blobs + hex(config),
                                                                 {blobs + hex(kTop)}, {"box:x"})}))
                        .json("oci-layout", {{"imageLayoutVersion", "1.0.0"}})
                        .json("repositories", {{"box", {{"x", hex(config)}}}})
                        .text());
        expectEqual(digest(config), store_.images->get("box:x").id);
    }

    void loadsWithoutName() {
        Json manifest = Json::array({item("c", {"l"}, {})});
        manifest[0]["RepoTags"] = nullptr;
        const Archive archive =
            Archive().json("c", configOf({kTop})).file("l", kTop).json("manifest.json", manifest);
        const std::string id = join(store_.load(archive.text()), " ");
        expectEqual(digest(dumpJson(configOf({kTop}))), id);
        CPPUNIT_ASSERT(endsWith(store_.told(), "Loaded image ID: " + id + "\n"));
        CPPUNIT_ASSERT(store_.images->get(id).repoTags.empty());
    }

    void loadsSeveral() {
        const std::string other = dumpJson(configOf({kTop}));
        Archive archive = archiveOf({});
        const std::string member = hex(dumpJson(configOf({kBase, kTop}))) + ".json";
        archive.file("o", other)
            .json("manifest.json",
                  Json::array({item(member, {"1/layer.tar", "2/layer.tar"}, {"a", "b"}),
                               item("o", {"2/layer.tar"}, {"c"})}));
        expectEqual("a:latest b:latest c:latest", join(store_.load(archive.text()), " "));
        CPPUNIT_ASSERT_EQUAL(size_t(2), store_.images->list().size());
        CPPUNIT_ASSERT_EQUAL(size_t(3), store_.driver.trees());
    }

    void skipsKnownLayers() {
        store_.load(archiveOf({"a"}).text());
        store_.load(archiveOf({"b"}).text());
        CPPUNIT_ASSERT_EQUAL(2, store_.driver.applied);
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.images->list().size());
    }

    // Where the manifest and the config come first, no layer goes through the spool.
    void takesLayersAsTheyCome() {
        const auto archive = [](const std::string& top) {
            return Archive()
                .json("manifest.json", Json::array({item("c", {"1", "./2"}, {"box"})}))
                .json("c", configOf({kBase, kTop}))
                .file("1", kBase)
                .file("2", top)
                .text();
        };
        const std::string tmp = joinPath(store_.dir.path(), "images/tmp");
        size_t most = 0;
        store_.listener = [&](const Json&) {
            for (const auto& spool : listDir(tmp))
                most = std::max(most, listDir(joinPath(tmp, spool)).size());
        };
        store_.load(archive(kTop));
        CPPUNIT_ASSERT_EQUAL(size_t(2), most);
        CPPUNIT_ASSERT_EQUAL(size_t(2), store_.images->get("box").diffIds.size());
        store_.load(archive(kTop));
        CPPUNIT_ASSERT_EQUAL(2, store_.driver.applied);
        Store fresh;
        fresh.refuses(archive(kBase), "layer '2' of the archive: the layer's content is");
    }

    void spoolsWhatHasSeveralPlaces() {
        store_.load(Archive()
                        .json("manifest.json",
                              Json::array({item("a", {"1", "2"}, {"a"}), item("b", {"2"}, {"b"})}))
                        .json("a", configOf({kBase, kTop}))
                        .json("b", configOf({kTop}))
                        .file("1", kBase)
                        .file("2", kTop)
                        .text());
        CPPUNIT_ASSERT_EQUAL(size_t(3), store_.driver.trees());
        CPPUNIT_ASSERT_EQUAL(size_t(2), store_.images->list().size());
    }

    void movesNames() {
        const std::string old = store_.import(kTop, "box");
        store_.load(archiveOf({"box"}).text());
        CPPUNIT_ASSERT(store_.told().find("The image box:latest already exists, renaming the old "
                                          "one with ID " +
                                          old + " to empty string\n") != std::string::npos);
        CPPUNIT_ASSERT(store_.images->get(old).repoTags.empty());
        CPPUNIT_ASSERT(store_.images->get("box").id != old);
    }

    void tellsProgress() {
        store_.load(archiveOf({"a"}).text());
        const Json& first = store_.progress.at(0);
        expectEqual("Loading layer", getString(first, "status"));
        expectEqual(hex(kBase).substr(0, 12), getString(first, "id"));
        const Json& detail = getMember(first, "progressDetail");
        CPPUNIT_ASSERT_EQUAL(int64_t(kBase.size()), getInt(detail, "total"));
        CPPUNIT_ASSERT(getInt(detail, "current") > 0);
    }

    void refusesBrokenJson() {
        store_.refuses(archiveOf({}).file("manifest.json", "[{").text(),
                       "invalid JSON in manifest.json of the archive");
        replaceManifest(Json::object(), "no array of images");
        replaceManifest(Json::array(), "no array of images");
        replaceManifest(Json::array({5}), "Config");
        replaceManifest(Json::array({item("", {}, {})}), "names no Config");
        replaceManifest(Json::array({item("1/layer.tar", {}, {})}), "config '1/layer.tar'");
        replaceManifest(Json::array({item("c", {}, {"Bad Name"})}), "the archive has no 'c'");
        store_.refuses(archiveOf({"Bad"}).text(), "must be lowercase");
        store_.refuses(archiveOf({"a@" + digest("x")}).text(), "it holds a digest");
    }

    void refusesWhatIsMissing() {
        const std::string member = hex(dumpJson(configOf({kBase, kTop}))) + ".json";
        replaceManifest(Json::array({item("none.json", {}, {})}), "the archive has no 'none.json'");
        replaceManifest(Json::array({item(member, {"1/layer.tar"}, {})}),
                        "names 2 layers, the manifest 1");
        replaceManifest(Json::array({item(member, {"1/layer.tar", "9/layer.tar"}, {})}),
                        "layer '9/layer.tar' of the archive");
        store_.refuses(Archive().file("readme", "x").text(), "the archive holds no image");
        store_.refuses(Archive().text(), "the archive holds no image");
        archive::Entry device;
        device.type = archive::EntryType::CharDevice;
        device.name = "dev/null";
        store_.refuses(Archive().entry(device).symlink("bin/sh", "/bin/busybox").text(),
                       "a root file system is for import");
        store_.refuses("", "");
    }

    void refusesWrongDigests() {
        store_.refuses(archiveOf({}, kTop, kBase).text(), "layer '1/layer.tar' of the archive");
        store_.refuses(archiveOf({}, kBase, layerTar("x", "y")).text(),
                       "layer '2/layer.tar' of the archive");
        const std::string wrong = std::string(64, '0') + ".json";
        store_.refuses(archiveOf({})
                           .json(wrong, configOf({}))
                           .json("manifest.json", Json::array({item(wrong, {}, {})}))
                           .text(),
                       "config '" + wrong + "' of the archive has the digest");
    }

    void refusesTruncated() {
        const std::string whole = archiveOf({"a"}).text();
        for (size_t size = 700; size + 1024 < whole.size(); size += 1111)
            store_.refuses(whole.substr(0, size), "");
        store_.refuses(archiveOf({}).symlink("1/layer.tar", "../../etc/passwd").text(),
                       "outside of it");
        store_.refuses(archiveOf({}, kBase.substr(0, 600)).text(),
                       "layer '1/layer.tar' of the archive");
        store_.refuses(gzip(whole).substr(0, 300), "");
    }

    void takesAllOrNothing() {
        const std::string member = hex(dumpJson(configOf({kBase, kTop}))) + ".json";
        replaceManifest(Json::array({item(member, {"1/layer.tar", "2/layer.tar"}, {"good"}),
                                     item("missing", {}, {"bad"})}),
                        "the archive has no 'missing'");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoadDockerTest);

} // namespace

} // namespace ctrd::image

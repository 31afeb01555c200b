#include "base/json.h"
#include "base/strings.h"
#include "image/platform.h"
#include "unit/image/fixture.h"

namespace ctrd::image {

namespace {

using namespace testing;

constexpr const char* kIndexType = "application/vnd.oci.image.index.v1+json";
constexpr const char* kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kRefName = "org.opencontainers.image.ref.name";
constexpr const char* kImageName = "io.containerd.image.name";

// An OCI layout that grows.
class Layout {
public:
    Layout() { archive_.json("oci-layout", {{"imageLayoutVersion", "1.0.0"}}); }

    Json blob(const std::string& bytes, const std::string& type) {
        archive_.file("blobs/sha256/" + hex(bytes), bytes);
        return {{"mediaType", type}, {"digest", digest(bytes)}, {"size", bytes.size()}};
    }

    // The manifest of an image of one layer.
    Json image(const std::string& layer, const std::string& packed) {
        const Json config =
            blob(dumpJson(configOf({layer})), "application/vnd.oci.image.config.v1+json");
        const Json layers =
            Json::array({blob(packed, "application/vnd.oci.image.layer.v1.tar+gzip")});
        return blob(dumpJson({{"schemaVersion", 2}, {"config", config}, {"layers", layers}}),
                    kManifestType);
    }

    Json index(const Json& manifests) {
        return blob(dumpJson({{"schemaVersion", 2}, {"manifests", manifests}}), kIndexType);
    }

    Archive with(const Json& manifests) const {
        Archive whole = archive_;
        return whole.json("index.json", {{"schemaVersion", 2}, {"manifests", manifests}});
    }

    Archive archive_;
};

Json named(Json descriptor, const char* key, const std::string& name) {
    descriptor["annotations"][key] = name;
    return descriptor;
}

Json on(Json descriptor, const std::string& os, const std::string& architecture,
        const std::string& variant = "") {
    descriptor["platform"] = {{"os", os}, {"architecture", architecture}};
    if (!variant.empty()) descriptor["platform"]["variant"] = variant;
    return descriptor;
}

const std::string kLayer = layerTar("a", "b");
const std::string kOther = layerTar("other", "architecture");

class LoadOciTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoadOciTest);
    CPPUNIT_TEST(loads);
    CPPUNIT_TEST(loadsCompressed);
    CPPUNIT_TEST(readsNames);
    CPPUNIT_TEST(choosesPlatform);
    CPPUNIT_TEST(choosesBestOfAName);
    CPPUNIT_TEST(saysWhatPlatformsThereAre);
    CPPUNIT_TEST(refusesWrongLayouts);
    CPPUNIT_TEST(refusesWrongBlobs);
    CPPUNIT_TEST_SUITE_END();

    Store store_;
    Layout layout_;
    std::string here_ = hostArchitecture();
    std::string there_ = here_ == "arm64" ? "amd64" : "arm64";

    // The top layer of what was loaded.
    std::string loaded(const Json& manifests) {
        Store fresh;
        fresh.load(layout_.with(manifests).text());
        CPPUNIT_ASSERT_EQUAL(size_t(1), fresh.images->list().size());
        return fresh.images->list().front().chainId;
    }

public:
    void loads() {
        const Json manifest = named(layout_.image(kLayer, kLayer), kRefName, "me/box:1");
        expectEqual("me/box:1",
                    join(store_.load(layout_.with(Json::array({manifest})).text()), " "));
        expectEqual(digest(kLayer), store_.images->get("me/box:1").chainId);
    }

    void loadsCompressed() {
        for (const auto& compress : {gzip, bzip2, xz, zstd}) {
            Layout layout;
            Store fresh;
            const Json manifest =
                named(layout.image(kLayer, compress(kLayer)), kRefName, "me/box:1");
            fresh.load(compress(layout.with(Json::array({manifest})).text()));
            expectEqual(digest(kLayer), fresh.images->get("me/box:1").chainId);
        }
    }

    void readsNames() {
        const Json manifest = layout_.image(kLayer, kLayer);
        const Json manifests = Json::array(
            {named(named(manifest, kRefName, "1"), kImageName, "docker.io/library/a:1"),
             named(manifest, kRefName, "quay.io/b/c"), named(manifest, kRefName, "latest")});
        expectEqual("a:1 quay.io/b/c:latest",
                    join(store_.load(layout_.with(manifests).text()), " "));
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.images->list().size());
        Store fresh;
        const auto told =
            fresh.load(layout_.with(Json::array({named(manifest, kRefName, "latest")})).text());
        expectEqual(fresh.images->list().front().id, join(told, " "));
    }

    void choosesPlatform() {
        const Json mine = layout_.image(kLayer, kLayer);
        const Json other = layout_.image(kOther, kOther);
        const Json inner =
            layout_.index(Json::array({on(other, "linux", there_), on(other, "windows", here_),
                                       on(other, "linux", here_, "v9"), on(mine, "linux", here_),
                                       on(other, "unknown", "unknown")}));
        expectEqual(digest(kLayer), loaded(Json::array({inner})));
        const Json outer = layout_.index(Json::array({inner}));
        expectEqual(digest(kLayer), loaded(Json::array({outer})));
        // A manifest without a platform is taken for what it is.
        expectEqual(digest(kOther), loaded(Json::array({other})));
    }

    void choosesBestOfAName() {
        const Json mine = named(on(layout_.image(kLayer, kLayer), "linux", here_), kRefName, "a:1");
        const Json newer =
            named(on(layout_.image(kOther, kOther), "linux", here_, "v3"), kRefName, "a:1");
        expectEqual(digest(kLayer), loaded(Json::array({newer, mine})));
        expectEqual(digest(kLayer), loaded(Json::array({mine, newer})));
    }

    void saysWhatPlatformsThereAre() {
        const Json other = layout_.image(kLayer, kLayer);
        store_.refuses(layout_
                           .with(Json::array(
                               {on(other, "linux", there_, "v8"), on(other, "unknown", "unknown")}))
                           .text(),
                       "no image for linux/" + here_ + "; it has linux/" + there_ + "/v8");
        store_.refuses(layout_.with(Json::array()).text(), "no image for linux/" + here_);
    }

    void refusesWrongLayouts() {
        const Json manifest = layout_.image(kLayer, kLayer);
        const Archive good = layout_.with(Json::array({manifest}));
        store_.refuses(Archive(good).json("oci-layout", {{"imageLayoutVersion", "2.0"}}).text(),
                       "oci-layout of the archive has the version '2.0'");
        store_.refuses(Archive(good).file("index.json", "{").text(),
                       "invalid JSON in index.json of the archive");
        store_.refuses(Archive(good).json("index.json", Json::array()).text(), "manifests");
        store_.refuses(Archive(good).json("index.json", Json::object()).text(),
                       "no array of manifests");
        store_.refuses(layout_.with(Json::array({named(manifest, kRefName, "A:b")})).text(),
                       "must be lowercase");
        Json deep = manifest;
        for (int i = 0; i < 8; ++i)
            deep = layout_.index(Json::array({deep}));
        store_.refuses(layout_.with(Json::array({deep})).text(), "nested too deep");
        const Json notImage = layout_.blob("{}", kManifestType);
        store_.refuses(layout_.with(Json::array({notImage})).text(), "is no image manifest");
    }

    void refusesWrongBlobs() {
        const Json manifest = layout_.image(kLayer, kLayer);
        const Archive good = layout_.with(Json::array({manifest}));
        const std::string config = dumpJson(configOf({kLayer}));
        const std::string blobs = "blobs/sha256/";
        std::string changed = config;
        changed[changed.find("2015")] = '3';
        store_.refuses(Archive(good).file(blobs + hex(config), changed).text(),
                       "'" + blobs + hex(config) + "' of the archive has the digest");
        store_.refuses(Archive(good).file(blobs + hex(config), config + " ").text(), "bytes, its");
        store_.refuses(Archive(good).file(blobs + hex(kLayer), layerTar("a", "c")).text(),
                       "layer '" + blobs + hex(kLayer) + "' of the archive");
        store_.refuses(Archive(good).file(blobs + hex(kLayer), "short").text(), "has 5 bytes");
        Json missing = manifest;
        missing["digest"] = digest("nothing");
        store_.refuses(layout_.with(Json::array({missing})).text(),
                       "the archive has no '" + blobs + hex("nothing"));
        missing["digest"] = "sha256:../../etc/passwd";
        store_.refuses(layout_.with(Json::array({missing})).text(), "invalid digest");
        missing["digest"] = 5;
        store_.refuses(layout_.with(Json::array({missing})).text(), "digest: a string");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoadOciTest);

} // namespace

} // namespace ctrd::image

#include "base/fd.h"
#include "base/json.h"
#include "base/strings.h"
#include "unit/image/fixture.h"

#include <fcntl.h>

namespace ctrd::image {

namespace {

using namespace testing;

const std::string kRoot = layerTar("bin/sh", "#!");

std::vector<ImageStore::User> nobody(const std::string&) {
    return {};
}

class StoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoreTest);
    CPPUNIT_TEST(imports);
    CPPUNIT_TEST(importsCompressed);
    CPPUNIT_TEST(importsChanges);
    CPPUNIT_TEST(refusesWrongImports);
    CPPUNIT_TEST(finds);
    CPPUNIT_TEST(findsByPrefix);
    CPPUNIT_TEST(tags);
    CPPUNIT_TEST(refusesWrongTags);
    CPPUNIT_TEST(removes);
    CPPUNIT_TEST(asksForUsersOfTheLineage);
    CPPUNIT_TEST(keepsSharedLayers);
    CPPUNIT_TEST(creates);
    CPPUNIT_TEST(survivesRestart);
    CPPUNIT_TEST(leavesOutBrokenImages);
    CPPUNIT_TEST(listsNewestFirst);
    CPPUNIT_TEST(takesBackWhatCannotBeNamed);
    CPPUNIT_TEST_SUITE_END();

    Store store_;

    std::string blobPath(const std::string& id) const {
        return joinPath(store_.dir.path(), "images/blobs/sha256", id.substr(7));
    }

public:
    void imports() {
        const std::string id = store_.import(kRoot, "me/box", {}, "from me");
        expectEqual(id, store_.told());
        const Image image = store_.images->get("me/box");
        expectEqual(id, image.id);
        expectEqual("from me", image.comment);
        expectEqual(digest(kRoot), image.chainId);
        CPPUNIT_ASSERT_EQUAL(int64_t(2), image.size);
        const auto history = store_.images->history(id);
        CPPUNIT_ASSERT_EQUAL(size_t(1), history.size());
        expectEqual("from me", history[0].comment);
        expectEqual("Imported from -", store_.images->get(store_.import(kRoot)).comment);
    }

    void importsCompressed() {
        for (const auto& compress : {gzip, bzip2, xz, zstd}) {
            const std::string id = store_.import(compress(kRoot));
            expectEqual(digest(kRoot), store_.images->get(id).chainId);
        }
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.driver.trees());
    }

    void importsChanges() {
        const Image image = store_.images->get(
            store_.import(kRoot, "", {"CMD [\"/bin/sh\"]", "ENV A=b", "EXPOSE 80"}));
        expectEqual("/bin/sh", join(image.config.cmd, "|"));
        expectEqual("A=b", join(image.config.env, "|"));
        CPPUNIT_ASSERT_EQUAL(size_t(1), image.config.exposedPorts.count("80/tcp"));
    }

    void refusesWrongImports() {
        const auto refused = [&](const std::string& tar, const std::string& name,
                                 const std::string& change, const std::string& part) {
            expectError(ErrorKind::InvalidArgument, part, [&] {
                store_.import(
                    tar, name,
                    change.empty() ? std::vector<std::string>{} : std::vector<std::string>{change});
            });
            store_.expectEmpty();
        };
        refused(kRoot, "Upper", "", "repository name must be lowercase");
        refused(kRoot, "a@" + digest("x"), "", "digest reference");
        refused(kRoot, "", "RUN x", "run is not a valid change command");
        refused(kRoot.substr(0, 513), "a", "", "");
        refused("", "a", "", "the stream is empty");
        refused(std::string(5000, 'x'), "a", "", "");
        refused(gzip(kRoot).substr(0, 40), "a", "", "gzip");
    }

    void finds() {
        const std::string id = store_.import(kRoot, "box:1");
        for (const std::string& reference :
             {std::string("box:1"), std::string("docker.io/library/box:1"), id, id.substr(7)})
            expectEqual(id, store_.images->get(reference).id);
        const struct {
            std::string reference, text;
        } missing[] = {
            {"box", "No such image: box:latest"},
            {"docker.io/library/other:2", "No such image: other:2"},
            {"ffff", "No such image: ffff:latest"},
            {std::string(64, '0'), "No such image: " + std::string(64, '0')},
            {"box@" + digest("x"), "No such image: box@" + digest("x")},
        };
        for (const auto& c : missing)
            expectError(ErrorKind::NotFound, c.text, [&] { store_.images->get(c.reference); });
        expectError(ErrorKind::InvalidArgument, "invalid reference format",
                    [&] { store_.images->get(""); });
        expectError(ErrorKind::InvalidArgument, "must be lowercase",
                    [&] { store_.images->get("Box"); });
    }

    void findsByPrefix() {
        std::vector<std::string> ids;
        ids.reserve(17); // two of seventeen share a first digit
        for (int i = 0; i < 17; ++i)
            ids.push_back(store_.import(kRoot, "", {}, std::to_string(i)));
        std::sort(ids.begin(), ids.end());
        expectEqual(ids[0], store_.images->get(ids[0].substr(7, 20)).id);
        expectEqual(ids[0], store_.images->get(ids[0].substr(0, 20)).id);
        size_t ambiguous = 0;
        for (size_t i = 1; i < ids.size(); ++i) {
            if (ids[i][7] != ids[i - 1][7]) continue;
            ++ambiguous;
            expectError(ErrorKind::InvalidArgument, "multiple images found",
                        [&] { store_.images->get(ids[i].substr(7, 1)); });
        }
        CPPUNIT_ASSERT(ambiguous > 0);
    }

    void tags() {
        const std::string first = store_.import(kRoot, "box");
        const std::string second = store_.import(kRoot, "", {}, "second");
        store_.images->tag("box", "host:5000/box", "1");
        store_.images->tag("box", "docker.io/library/other:2", "");
        expectEqual("box:latest host:5000/box:1 other:2",
                    join(store_.images->get("box").repoTags, " "));
        store_.images->tag(second, "box", "");
        expectEqual(second, store_.images->get("box").id);
        expectEqual("host:5000/box:1 other:2", join(store_.images->get(first).repoTags, " "));
    }

    void refusesWrongTags() {
        const std::string id = store_.import(kRoot);
        expectError(ErrorKind::NotFound, "No such image: nix:latest",
                    [&] { store_.images->tag("nix", "box", ""); });
        expectError(ErrorKind::InvalidArgument, "must be lowercase",
                    [&] { store_.images->tag(id, "Box", ""); });
        expectError(ErrorKind::InvalidArgument, "is no tag",
                    [&] { store_.images->tag(id, "box", "a/b"); });
        expectError(ErrorKind::InvalidArgument, "digest reference",
                    [&] { store_.images->tag(id, "box@" + digest("x"), ""); });
        expectError(ErrorKind::InvalidArgument, "ambiguous tag",
                    [&] { store_.images->tag(id, "sha256", "x"); });
        CPPUNIT_ASSERT(store_.images->get(id).repoTags.empty());
    }

    void removes() {
        const std::string id = store_.import(kRoot, "box");
        store_.images->tag("box", "box", "2");
        auto items = store_.images->remove("box:2", false, false, nobody);
        CPPUNIT_ASSERT_EQUAL(size_t(1), items.size());
        CPPUNIT_ASSERT(!items[0].deleted);
        items = store_.images->remove("box", false, false, nobody);
        CPPUNIT_ASSERT_EQUAL(size_t(2), items.size());
        expectEqual("box:latest", items[0].what);
        expectEqual(id, items[1].what);
        store_.expectEmpty();
        expectError(ErrorKind::NotFound, "No such image: box:latest",
                    [&] { store_.images->remove("box", true, false, nobody); });
    }

    void asksForUsersOfTheLineage() {
        const std::string base = store_.import(kRoot, "base");
        Json config = parseJson(readFile(blobPath(base)), "test");
        config["parent"] = base;
        const std::string child = store_.images->create(config);
        std::vector<std::string> asked;
        const auto users = [&](const std::string& id) {
            asked.push_back(id);
            return std::vector<ImageStore::User>{{std::string(64, '9'), id == child}};
        };
        expectError(ErrorKind::Conflict, "used by running container 999999999999",
                    [&] { store_.images->remove(child, true, false, users); });
        expectEqual(child + " " + base, join(asked, " "));
        expectEqual(base, store_.images->get(child).parent);
    }

    void keepsSharedLayers() {
        const std::string first = store_.import(kRoot, "", {}, "1");
        const std::string second = store_.import(kRoot, "", {}, "2");
        store_.images->remove(first, false, false, nobody);
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.driver.trees());
        store_.images->remove(second, false, false, nobody);
        store_.expectEmpty();
    }

    void creates() {
        const std::string base = store_.import(kRoot);
        const std::string id = store_.images->create(configOf({kRoot}));
        expectEqual(digest(dumpJson(configOf({kRoot}))), id);
        expectEqual(id, store_.images->create(configOf({kRoot})));
        store_.images->remove(base, false, false, nobody);
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.driver.trees());
        expectError(ErrorKind::NotFound, "", [&] { store_.images->create(configOf({"missing"})); });
        expectError(ErrorKind::InvalidArgument, "must be a JSON object",
                    [&] { store_.images->create(Json::array()); });
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.images->list().size());
    }

    void survivesRestart() {
        const std::string id = store_.import(kRoot, "box", {"CMD x"});
        makeDirs(joinPath(store_.dir.path(), "images/tmp/left-by-a-crash"));
        store_.open();
        const Image image = store_.images->get("box");
        expectEqual(id, image.id);
        CPPUNIT_ASSERT_EQUAL(int64_t(2), image.size);
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.driver.trees());
        store_.images->remove("box", false, false, nobody);
        store_.open();
        store_.expectEmpty();
    }

    void leavesOutBrokenImages() {
        const std::string good = store_.import(kRoot, "good", {}, "good");
        const std::string bad = store_.import(layerTar("b", "b"), "bad", {}, "bad");
        const Fd fd = openFile(blobPath(bad), O_WRONLY | O_TRUNC);
        writeAll(fd.get(), "{}");
        store_.open();
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.images->list().size());
        expectError(ErrorKind::NotFound, "No such image: bad:latest",
                    [&] { store_.images->get("bad"); });
        expectEqual(good, store_.images->get("good").id);
        // Its layer is nobody's any more.
        CPPUNIT_ASSERT_EQUAL(size_t(1), store_.driver.trees());
    }

    void listsNewestFirst() {
        store_.import(kRoot);
        for (const char* created : {"2015-01-01T00:00:00Z", "2016-01-01T00:00:00+01:00", ""}) {
            Json config = configOf({kRoot});
            config["created"] = created;
            store_.images->create(config);
        }
        const auto images = store_.images->list();
        CPPUNIT_ASSERT_EQUAL(size_t(4), images.size());
        expectEqual("2016-01-01T00:00:00+01:00", images[1].created);
        expectEqual("2015-01-01T00:00:00Z", images[2].created);
        expectEqual("", images[3].created);
    }

    void takesBackWhatCannotBeNamed() {
        const std::string tagsFile = joinPath(store_.dir.path(), "images/tags.json");
        makeDirs(joinPath(tagsFile, "in-the-way"));
        const Archive archive =
            Archive()
                .json("c", configOf({kRoot}))
                .file("l", kRoot)
                .json("manifest.json",
                      Json::array({{{"Config", "c"}, {"Layers", {"l"}}, {"RepoTags", {"a"}}}}));
        CPPUNIT_ASSERT_THROW(store_.load(archive.text()), Error);
        store_.expectEmpty();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreTest);

} // namespace

} // namespace ctrd::image

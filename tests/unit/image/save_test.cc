#include "image/save.h"

#include "archive/kept_headers.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/strings.h"
#include "unit/image/fixture.h"

#include <map>

#include <fcntl.h>

namespace ctrd::image {

namespace {

using namespace testing;

// Keeps a layer's tar as if all of it were headers: what comes out is what went in.
class KeepingDriver : public MemoryDriver {
public:
    explicit KeepingDriver(std::string root) : root_(std::move(root)) {}

    storage::OpenTree openTree(const std::string&) const override { return {root_, nullptr}; }
    int64_t applyLayer(const std::string& id, archive::Source& in,
                       const std::string& keep) override {
        const Fd directory = openFile(keep, O_RDONLY | O_DIRECTORY);
        archive::HeaderKeeper keeper(directory.get());
        archive::StringSink all;
        archive::copyAll(in, all);
        keeper.write(all.text().data(), all.text().size());
        keeper.finish();
        archive::StringSource again(all.text());
        return applyDiff(id, again);
    }

private:
    std::string root_;
};

std::unique_ptr<storage::DiffDriver> makeKeeping(const std::string& root) {
    return std::make_unique<KeepingDriver>(root);
}

const std::string kBase = layerTar("bin/sh", "#!"), kTop = layerTar("etc/motd", "hello"),
                  kOther = layerTar("etc/other", "x");

// A saved archive: files by name, links as "-> TARGET".
std::map<std::string, std::string> membersOf(const std::string& tar) {
    std::map<std::string, std::string> members;
    archive::StringSource source(tar);
    archive::TarReader reader(source);
    archive::Entry entry;
    while (reader.next(entry)) {
        CPPUNIT_ASSERT_MESSAGE(entry.name, members.count(entry.name) == 0);
        std::string& content = members[entry.name];
        if (entry.type == archive::EntryType::Symlink) content = "-> " + entry.target;
        for (auto part = reader.take(4096); !part.empty(); part = reader.take(4096))
            content += part;
    }
    return members;
}

} // namespace

class SaveTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SaveTest);
    CPPUNIT_TEST(writesToday);
    CPPUNIT_TEST(writesVersion1);
    CPPUNIT_TEST(sharesLayers);
    CPPUNIT_TEST(isLoadedAgain);
    CPPUNIT_TEST(isLoadedAsVersion1);
    CPPUNIT_TEST(takesNames);
    CPPUNIT_TEST(refusesUnknownNames);
    CPPUNIT_TEST_SUITE_END();

    Store store_{makeKeeping};

    // An image of these layers.
    std::string make(const std::vector<std::string>& layers, const std::vector<std::string>& names,
                     const std::string& comment = "") {
        Json config = configOf(layers);
        if (!comment.empty()) config["comment"] = comment;
        Json members = Json::array();
        Archive archive;
        for (size_t i = 0; i < layers.size(); ++i) {
            members.push_back(std::to_string(i) + ".tar");
            archive.file(std::to_string(i) + ".tar", layers[i]);
        }
        archive.json("config", config)
            .json("manifest.json",
                  Json::array({{{"Config", "config"}, {"Layers", members}, {"RepoTags", names}}}));
        store_.load(archive.text());
        return digest(dumpJson(config));
    }

    std::string save(const std::vector<std::string>& names) {
        archive::StringSink out;
        store_.images->save(names, out);
        return out.release();
    }

    void removeAll() {
        for (const Image& image : store_.images->list())
            store_.images->remove(image.id, true, false, [](const std::string&) {
                return std::vector<ImageStore::User>();
            });
        CPPUNIT_ASSERT(store_.layers->list().empty());
    }

public:
    void writesToday() {
        const std::string id = make({kBase, kTop}, {"me/app:1"});
        auto members = membersOf(save({"me/app:1"}));
        const Json manifest = parseJson(members.at("manifest.json"), "manifest");
        CPPUNIT_ASSERT_EQUAL(size_t(1), manifest.size());
        expectEqual(id.substr(7) + ".json", getString(manifest[0], "Config"));
        expectEqual(id, digest(members.at(id.substr(7) + ".json")));
        expectEqual("me/app:1", join(getStrings(manifest[0], "RepoTags"), " "));
        const auto layers = getStrings(manifest[0], "Layers");
        CPPUNIT_ASSERT_EQUAL(size_t(2), layers.size());
        CPPUNIT_ASSERT(members.at(layers[0]) == kBase);
        CPPUNIT_ASSERT(members.at(layers[1]) == kTop);
    }

    void writesVersion1() {
        make({kBase, kTop}, {"me/app:1"});
        auto members = membersOf(save({"me/app:1"}));
        const Json repositories = parseJson(members.at("repositories"), "repositories");
        const std::string top = repositories["me/app"]["1"];
        const Json json = parseJson(members.at(top + "/json"), "json");
        expectEqual(top, getString(json, "id"));
        expectEqual("1.0", members.at(top + "/VERSION"));
        expectEqual("sh", getStrings(getMember(json, "config"), "Cmd").at(0));
        CPPUNIT_ASSERT(!json.contains("rootfs") && !json.contains("history"));
        const std::string below = getString(json, "parent");
        const Json base = parseJson(members.at(below + "/json"), "json");
        CPPUNIT_ASSERT(!base.contains("parent") && !base.contains("config"));
        expectEqual("2015-07-14T13:01:02Z", getString(base, "created"));
        CPPUNIT_ASSERT(members.at(below + "/layer.tar") == kBase);
        CPPUNIT_ASSERT(members.at(top + "/layer.tar") == kTop);
    }

    void sharesLayers() {
        make({kBase, kTop}, {"a:1"});
        make({kBase, kOther}, {"a:2"});
        make({kBase}, {"b:1"}); // whose top layer is the base of the others
        auto members = membersOf(save({"a", "b"}));
        int whole = 0, links = 0;
        for (const auto& [name, content] : members) {
            whole += content == kBase ? 1 : 0;
            links += startsWith(content, "-> ../") ? 1 : 0;
        }
        CPPUNIT_ASSERT_EQUAL(1, whole);
        CPPUNIT_ASSERT_EQUAL(1, links);
        for (const Json& image : parseJson(members.at("manifest.json"), "manifest"))
            CPPUNIT_ASSERT(members.at(getStrings(image, "Layers").at(0)) == kBase);
    }

    void isLoadedAgain() {
        const std::string first = make({kBase, kTop}, {"a:1", "other:x"});
        const std::string second = make({kBase}, {"a:2"}, "a comment");
        const std::string tar = save({"a", "other:x"});
        removeAll();
        store_.load(tar);
        expectEqual(first, store_.images->get("a:1").id);
        expectEqual(first, store_.images->get("other:x").id);
        expectEqual(second, store_.images->get("a:2").id);
        CPPUNIT_ASSERT(save({"a", "other:x"}) == tar);
    }

    // As Docker 1.7.1 would, which knows no manifest.json.
    void isLoadedAsVersion1() {
        const std::string id = make({kBase, kTop}, {"a:1"});
        Archive old;
        for (const auto& [name, content] : membersOf(save({"a:1"})))
            if (name.find('/') != std::string::npos || name == "repositories")
                if (!endsWith(name, "/")) old.file(name, content);
        const std::string chain = store_.images->get(id).chainId;
        removeAll();
        store_.load(old.text());
        expectEqual(chain, store_.images->get("a:1").chainId);
        expectEqual("sh", join(store_.images->get("a:1").config.cmd, " "));
    }

    void takesNames() {
        const std::string one = make({kBase}, {"a:1", "a:latest", "b:1"});
        const std::string two = make({kTop}, {"a:2"});
        const auto named = [&](const std::vector<std::string>& references) {
            std::string text;
            for (const auto& image :
                 savedImages(references, store_.images->list(),
                             [&](const std::string& name) { return store_.images->get(name); }))
                text += (image.id == one ? "one:" : "two:") + join(image.names, ",") + " ";
            return text;
        };
        expectEqual("one:a:1 ", named({"a:1"}));
        expectEqual("one:a:latest ", named({"a:latest"}));
        expectEqual("one:a:1,b:1 two:a:2 ", named({"a:1", "a:2", "b:1", "a:1"}));
        expectEqual("one: ", named({one.substr(7, 12)}));
        expectEqual("one:b:1 ", named({one, "b:1"}));
        // A repository with all its tags.
        const std::string all = named({"a"});
        CPPUNIT_ASSERT(all.find("one:a:1,a:latest ") != std::string::npos);
        CPPUNIT_ASSERT(all.find("two:a:2 ") != std::string::npos);
    }

    void refusesUnknownNames() {
        make({kBase}, {"a:1"});
        archive::StringSink out;
        for (const char* name : {"a:3", "nothing", "0123456789ab"})
            expectError(ErrorKind::NotFound, "No such image", [&] {
                store_.images->save({"a:1", name}, out);
            });
        expectEqual("", out.text());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SaveTest);

} // namespace ctrd::image

// Images on drivers that keep files: what unit/image cannot see without root.

#include "archive/tar.h"
#include "archive/unpack.h"
#include "base/json.h"
#include "base/process.h"
#include "storage/overlay/driver.h"
#include "storage/vfs/driver.h"
#include "unit/image/fixture.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace ctrd::image {

namespace {

using namespace testing;

std::unique_ptr<storage::DiffDriver> makeVfs(const std::string& root) {
    return std::make_unique<storage::VfsDriver>(root);
}

std::vector<ImageStore::User> nobody(const std::string&) {
    return {};
}

// An image archive of one layer, which is given as it is.
std::string archiveOf(const std::string& layer) {
    return Archive()
        .json("c", configOf({layer}))
        .file("layer.tar", layer)
        .json("manifest.json", Json::array({{{"Config", "c"},
                                             {"Layers", Json::array({"layer.tar"})},
                                             {"RepoTags", Json::array({"box"})}}}))
        .text();
}

archive::Entry entry(archive::EntryType type, const std::string& name) {
    archive::Entry entry;
    entry.type = type;
    entry.name = name;
    return entry;
}

class RealTreesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RealTreesTest);
    CPPUNIT_TEST(importsAndRemoves);
    CPPUNIT_TEST(importsBusybox);
    CPPUNIT_TEST(loadsOnOverlay);
    CPPUNIT_TEST(refusesHostileLayers);
    CPPUNIT_TEST(refusesHostileImports);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<Store> store_;

    // Files and directories of the trees: the driver's own directories only.
    size_t filesLeft() const {
        const std::string out = runCommand({"find", store_->dir.path() + "/trees", "-type", "f"});
        return static_cast<size_t>(std::count(out.begin(), out.end(), '\n'));
    }

    void expectNothing() {
        store_->expectEmpty();
        CPPUNIT_ASSERT_EQUAL(size_t(0), filesLeft());
    }

public:
    void setUp() override {
        if (geteuid() != 0) {
            std::puts("skipped: root is needed to make the files of a layer");
            std::exit(77);
        }
        const char* build = std::getenv("abs_top_builddir");
        if (build != nullptr) archive::setHelperProgram(std::string(build) + "/src/ctrd-helper");
        store_ = std::make_unique<Store>(makeVfs);
    }
    void tearDown() override { store_.reset(); }

    void importsAndRemoves() {
        archive::Entry device = entry(archive::EntryType::CharDevice, "dev/null");
        device.devMajor = 1;
        device.devMinor = 3;
        const std::string layer = Archive()
                                      .entry(entry(archive::EntryType::Directory, "dev"))
                                      .entry(device)
                                      .file("etc/motd", "hello")
                                      .hardLink("etc/issue", "etc/motd")
                                      .text();
        const std::string id = store_->import(gzip(layer), "box");
        expectEqual(digest(layer), store_->images->get(id).chainId);
        CPPUNIT_ASSERT(filesLeft() >= 1);
        store_->open();
        expectEqual(id, store_->images->get("box").id);
        store_->images->remove("box", false, false, nobody);
        expectNothing();
    }

    void importsBusybox() {
        const char* source = std::getenv("srcdir");
        const std::string templates = std::string(source != nullptr ? source : ".");
        const std::string tar =
            runCommand({templates + "/../lxc-templates/ctr-busybox", "--tar", "-"});
        const std::string id = store_->import(tar, "busybox", {"CMD [\"sh\"]"});
        const Image image = store_->images->get("busybox:latest");
        expectEqual(digest(tar), image.chainId);
        CPPUNIT_ASSERT(image.size > 100000);
        // The layer comes out as it came in.
        const auto again = store_->layers->layerTar(archive::Digest::parse(image.chainId));
        archive::StringSink sink;
        archive::copyAll(*again, sink);
        CPPUNIT_ASSERT(sink.text() == tar);
        store_->images->remove(id, false, false, nobody);
        expectNothing();
    }

    void loadsOnOverlay() {
        try {
            store_ = std::make_unique<Store>([](const std::string& root) {
                return std::make_unique<storage::OverlayDriver>(root);
            });
        } catch (const Error& e) {
            if (e.kind() != ErrorKind::NotSupported) throw;
            std::printf("overlay is not tried: %s\n", e.what());
            return;
        }
        store_->load(archiveOf(layerTar("a", "b")));
        store_->images->remove("box", false, false, nobody);
        expectNothing();
    }

    void refusesHostileLayers() {
        const struct {
            std::string layer, part;
        } cases[] = {
            {layerTar("../escaped", "x"), "../escaped"},
            {Archive().hardLink("passwd", "../../etc/passwd").text(), "passwd"},
            {layerTar("a", "b").substr(0, 700), "'a'"},
        };
        for (const auto& c : cases) {
            expectError(ErrorKind::InvalidArgument, c.part,
                        [&] { store_->load(archiveOf(c.layer)); });
            expectError(ErrorKind::InvalidArgument, "layer 'layer.tar' of the archive: ", [&] {
                store_->load(archiveOf(c.layer));
            });
            expectNothing();
        }
    }

    void refusesHostileImports() {
        const std::string victim = store_->dir.path() + "/victim";
        makeDirs(victim);
        // A link out of the tree and a file through it: it must land in the tree.
        const std::string through = Archive().symlink("out", victim).file("out/file", "x").text();
        try {
            store_->import(through);
        } catch (const Error& e) {
            expectEqual(kindName(ErrorKind::InvalidArgument), kindName(e.kind()));
        }
        CPPUNIT_ASSERT(listDir(victim).empty());
        for (const auto& image : store_->images->list())
            store_->images->remove(image.id, false, false, nobody);
        expectError(ErrorKind::InvalidArgument, "../x",
                    [&] { store_->import(layerTar("../x", "y")); });
        expectNothing();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RealTreesTest);

} // namespace

} // namespace ctrd::image

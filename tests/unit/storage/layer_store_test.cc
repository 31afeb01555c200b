#include "storage/layer_store.h"

#include "archive/tar.h"
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "unit/archive/compress.h"
#include "unit/archive/raw_tar.h"
#include "unit/archive/tree_box.h"
#include "unit/storage/store_box.h"
#include "unit/testing/expect.h"

#include <thread>

#include <unistd.h>

namespace ctrd::storage {

using namespace testing;
using archive::Digest;
using archive::testing::look;
using archive::testing::RawTar;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class LayerStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LayerStoreTest);
    CPPUNIT_TEST(computesChainIds);
    CPPUNIT_TEST(registersAndGivesBack);
    CPPUNIT_TEST(takesEveryCompression);
    CPPUNIT_TEST(makesEqualLayersOnce);
    CPPUNIT_TEST(readsNoTarItHas);
    CPPUNIT_TEST(refusesWrongDigests);
    CPPUNIT_TEST(refusesBrokenAndHostileTars);
    CPPUNIT_TEST(countsReferences);
    CPPUNIT_TEST(collectsWhatNobodyWants);
    CPPUNIT_TEST(survivesARestart);
    CPPUNIT_TEST(keepsContainers);
    CPPUNIT_TEST(sharesMountPoints);
    CPPUNIT_TEST(noticesChangedFiles);
    CPPUNIT_TEST(refusesRecordsItCannotRead);
    CPPUNIT_TEST(registersFromManyThreads);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<StoreBox> box_;

    LayerStore& store() { return box_->store(); }

public:
    void setUp() override { box_ = std::make_unique<StoreBox>(); }
    void tearDown() override { box_.reset(); }

    void computesChainIds() {
        const Digest a = archive::digestOf("a"), b = archive::digestOf("b");
        expectEqual(a.text(), chainIdOf({}, a).text());
        expectEqual(archive::digestOf(a.text() + " " + b.text()).text(), chainIdOf(a, b).text());
    }

    void registersAndGivesBack() {
        const std::string one = tarOf({{"a", "1"}, {"d/", ""}}), two = tarOf({{"d/b", "22"}});
        const Layer lower = box_->add(one), upper = box_->add(two, lower);
        expectEqual(archive::digestOf(one).text(), lower.diffId.text());
        expectEqual(lower.diffId.text(), lower.chainId.text());
        expectEqual(chainIdOf(lower.chainId, upper.diffId).text(), upper.chainId.text());
        CPPUNIT_ASSERT_EQUAL(int64_t(1), lower.size);
        CPPUNIT_ASSERT_EQUAL(int64_t(2), upper.size);
        CPPUNIT_ASSERT(box_->tarOf(lower) == one);
        CPPUNIT_ASSERT(box_->tarOf(upper) == two);
        CPPUNIT_ASSERT_EQUAL(size_t(2), store().chain(upper.chainId).size());
        expectEqual(lower.chainId.text(), store().chain(upper.chainId)[0].chainId.text());
        expectEqual("22", look(joinPath(box_->tree(upper.cacheId), "d/b")));
        expectEqual("1", look(joinPath(box_->tree(upper.cacheId), "a")));
        expectError(ErrorKind::NotFound, "does not exist",
                    [&] { store().get(archive::digestOf("?")); });
    }

    void takesEveryCompression() {
        const std::string tar = tarOf({{"a", std::string(5000, 'a')}});
        for (const auto compress :
             {ctrd::testing::gzip, ctrd::testing::bzip2, ctrd::testing::xz, ctrd::testing::zstd}) {
            const Layer layer = box_->add(compress(tar));
            expectEqual(archive::digestOf(tar).text(), layer.diffId.text());
            CPPUNIT_ASSERT(box_->tarOf(layer) == tar);
            store().release(layer.chainId);
        }
        expectEqual("", box_->leftovers());
    }

    void makesEqualLayersOnce() {
        const std::string tar = tarOf({{"a", "1"}});
        const Layer first = box_->add(tar), again = box_->add(tar);
        expectEqual(first.cacheId, again.cacheId);
        CPPUNIT_ASSERT_EQUAL(size_t(1), store().list().size());
        CPPUNIT_ASSERT_EQUAL(size_t(1), listDir(joinPath(box_->root(), "trees/dir")).size());
        // On another parent it is another one.
        const Layer other = box_->add(tar, first);
        CPPUNIT_ASSERT(other.chainId != first.chainId);
        CPPUNIT_ASSERT(other.diffId == first.diffId);
    }

    void readsNoTarItHas() {
        const std::string tar = tarOf({{"a", "1"}});
        const Layer layer = box_->add(tar);
        archive::StringSource nonsense("not read");
        expectEqual(layer.cacheId, store().registerLayer(nonsense, {}, layer.diffId).cacheId);
        store().release(layer.chainId);
        store().release(layer.chainId);
        expectEqual("", box_->leftovers());
    }

    void refusesWrongDigests() {
        const std::string tar = tarOf({{"a", "1"}});
        const Digest other = archive::digestOf("other");
        expectError(ErrorKind::InvalidArgument, "but " + other.text() + " was announced", [&] {
            archive::StringSource source(tar);
            store().registerLayer(source, {}, other);
        });
        expectError(ErrorKind::NotFound, other.text(), [&] {
            archive::StringSource source(tar);
            store().registerLayer(source, other);
        });
        expectEqual("", box_->leftovers());
    }

    void refusesBrokenAndHostileTars() {
        const std::string tar = tarOf({{"a", std::string(100000, 'x')}}),
                          packed = ctrd::testing::gzip(tar);
        const struct {
            std::string tar, part;
        } cases[] = {
            {tar.substr(0, 50000), "'a'"},
            {packed.substr(0, packed.size() / 2), "broken gzip stream"},
            {packed.substr(0, packed.size() - 8) + std::string(8, 'x'), "broken gzip stream"},
            {"no archive at all, but long enough to look like one" + std::string(600, '.'),
             "no tar archive"},
            {RawTar().add('0', "../out", "x").text(), "'../out'"},
            {RawTar().add('0', "d/../../out", "x").text(), "'d/../../out'"},
            {RawTar().add('1', "h", "", archive::testing::linksTo("../../etc/passwd")).text(),
             "'h'"},
            {RawTar()
                 .pax({{"GNU.sparse.size", "10737418240"}, {"GNU.sparse.map", "0,1"}})
                 .add('0', "bomb", "x")
                 .text(),
             "'bomb'"},
        };
        const Layer parent = box_->add(tarOf({{"p", "1"}}));
        const std::string before = box_->leftovers();
        for (const auto& c : cases) {
            expectError(ErrorKind::InvalidArgument, c.part, [&] { box_->add(c.tar, parent); });
            expectEqual(before, box_->leftovers());
        }
        store().release(parent.chainId);
        expectEqual("", box_->leftovers());
    }

    void countsReferences() {
        const Layer a = box_->add(tarOf({{"a", "1"}})), b = box_->add(tarOf({{"b", "1"}}), a),
                    c = box_->add(tarOf({{"c", "1"}}), b);
        store().release(a.chainId);
        store().release(b.chainId);
        CPPUNIT_ASSERT_EQUAL(size_t(3), store().list().size());
        store().retain(b.chainId);
        store().release(c.chainId);
        CPPUNIT_ASSERT(!store().find(c.chainId));
        CPPUNIT_ASSERT(store().find(a.chainId));
        store().release(b.chainId);
        expectEqual("", box_->leftovers());
        expectError(ErrorKind::NotFound, a.chainId.text(), [&] { store().retain(a.chainId); });
        store().release(a.chainId); // nobody minds
    }

    void collectsWhatNobodyWants() {
        const Layer a = box_->add(tarOf({{"a", "1"}})), b = box_->add(tarOf({{"b", "1"}}), a);
        const Layer other = box_->add(tarOf({{"o", "1"}}), a);
        box_->start();
        store().retain(other.chainId);
        store().collect();
        CPPUNIT_ASSERT(!store().find(b.chainId));
        CPPUNIT_ASSERT(store().find(a.chainId));
        CPPUNIT_ASSERT(store().find(other.chainId));
    }

    void survivesARestart() {
        const std::string tar = tarOf({{"a", "1"}});
        const Layer a = box_->add(tar), b = box_->add(tarOf({{"b", "1"}}), a);
        box_->start();
        store().retain(b.chainId);
        store().collect();
        CPPUNIT_ASSERT_EQUAL(size_t(2), store().list().size());
        expectEqual(b.cacheId, store().get(b.chainId).cacheId);
        CPPUNIT_ASSERT(box_->tarOf(a) == tar);
        store().release(b.chainId);
        expectEqual("", box_->leftovers());
    }

    void keepsContainers() {
        const Layer a = box_->add(tarOf({{"a", "1"}}));
        store().createContainerLayer("c1", a.chainId);
        store().createContainerLayer("alone", {});
        expectError(ErrorKind::Conflict, "container c1",
                    [&] { store().createContainerLayer("c1", a.chainId); });
        expectError(ErrorKind::NotFound, "layer",
                    [&] { store().createContainerLayer("c2", archive::digestOf("?")); });
        CPPUNIT_ASSERT(!store().hasContainerLayer("c2"));
        store().release(a.chainId); // the container holds it
        putFile(joinPath(box_->tree("c1"), "new"), "22");
        expectEqual("A /new", shown(store().containerChanges("c1")));
        CPPUNIT_ASSERT_EQUAL(int64_t(2), store().containerSize("c1"));
        expectEqual(box_->tree("c1"), store().mountOf("c1", "").source);
        box_->start();
        store().collect();
        CPPUNIT_ASSERT(store().hasContainerLayer("c1"));
        expectEqual("A /new", shown(store().containerChanges("c1")));
        archive::StringSink sink;
        store().containerDiff("c1", sink);
        store().retain(a.chainId);
        const Layer committed = box_->add(sink.text(), a);
        store().release(a.chainId);
        expectEqual("22", look(joinPath(box_->tree(committed.cacheId), "new")));
        store().release(committed.chainId);
        store().removeContainerLayer("c1");
        store().removeContainerLayer("alone");
        store().removeContainerLayer("never");
        expectEqual("", box_->leftovers());
        expectError(ErrorKind::NotFound, "container c1", [&] { store().mountOf("c1", ""); });
    }

    void sharesMountPoints() {
        const std::string points = tarOf({{"etc/hosts", ""}, {"dev/", ""}});
        const Layer a = box_->add(tarOf({{"etc/", ""}, {"etc/hosts", "mine"}}));
        store().createContainerLayer("c1", a.chainId, points);
        store().createContainerLayer("c2", a.chainId, points);
        expectEqual("", shown(store().containerChanges("c1")));
        expectEqual("mine", look(joinPath(box_->tree("c1"), "etc/hosts")));
        expectEqual("/", look(joinPath(box_->tree("c2"), "dev")));
        // The layer's tree, one of mount points, two containers.
        CPPUNIT_ASSERT_EQUAL(size_t(4), listDir(joinPath(box_->root(), "trees/dir")).size());
        CPPUNIT_ASSERT(box_->tarOf(a).size() > 1024);
        box_->start();
        store().retain(a.chainId);
        store().createContainerLayer("c3", a.chainId, points);
        CPPUNIT_ASSERT_EQUAL(size_t(5), listDir(joinPath(box_->root(), "trees/dir")).size());
        for (const char* id : {"c1", "c2", "c3"})
            store().removeContainerLayer(id);
        store().release(a.chainId);
        expectEqual("", box_->leftovers());
    }

    void noticesChangedFiles() {
        const Layer a = box_->add(tarOf({{"a", "1234"}, {"b", "1"}}));
        putFile(joinPath(box_->tree(a.cacheId), "a"), "abcd");
        expectError(ErrorKind::Internal, "layer " + a.chainId.text() + " is damaged",
                    [&] { box_->tarOf(a); });
        putFile(joinPath(box_->tree(a.cacheId), "a"), "1234");
        CPPUNIT_ASSERT(box_->tarOf(a) == tarOf({{"a", "1234"}, {"b", "1"}}));
        removePath(joinPath(box_->tree(a.cacheId), "b"));
        expectError(ErrorKind::Internal, "'b'", [&] { box_->tarOf(a); });
    }

    void refusesRecordsItCannotRead() {
        const Layer a = box_->add(tarOf({{"a", "1"}})), b = box_->add(tarOf({{"b", "1"}}));
        const std::string record = joinPath(box_->root(), "chains", a.chainId.hex(), "layer.json");
        const std::string good = readFile(record);
        for (const std::string& bad :
             {std::string(), std::string("{"), std::string("{\"format\":99}"),
              readFile(joinPath(box_->root(), "chains", b.chainId.hex(), "layer.json"))}) {
            writeFileAtomic(record, bad);
            expectError(ErrorKind::Internal, "cannot read layer " + a.chainId.text(),
                        [&] { LayerStore(box_->root(), box_->driver()); });
        }
        writeFileAtomic(record, good);
        LayerStore(box_->root(), box_->driver());
    }

    void registersFromManyThreads() {
        const Layer parent = box_->add(tarOf({{"p", "1"}}));
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&, i] {
                for (int j = 0; j < 4; ++j) {
                    // Two threads at a time make the same layer.
                    const Layer layer =
                        box_->add(tarOf({{"f" + std::to_string(i / 2), "x"}}), parent);
                    store().createContainerLayer("c" + std::to_string(i), layer.chainId);
                    store().release(layer.chainId);
                    store().removeContainerLayer("c" + std::to_string(i));
                }
            });
        for (auto& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(size_t(1), store().list().size());
        store().release(parent.chainId);
        expectEqual("", box_->leftovers());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LayerStoreTest);

} // namespace ctrd::storage

#include "storage/check.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"
#include "unit/storage/store_box.h"
#include "unit/testing/expect.h"

namespace ctrd::storage {

using namespace testing;
using ctrd::testing::expectEqual;

// What the check of the files finds and mends.
class CheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CheckTest);
    CPPUNIT_TEST(findsNothingWrong);
    CPPUNIT_TEST(findsUnfinishedLayers);
    CPPUNIT_TEST(findsUnfinishedTreesAndFiles);
    CPPUNIT_TEST(findsChangedFiles);
    CPPUNIT_TEST(findsLostTreesAndRecords);
    CPPUNIT_TEST(findsWhatBelongsToNobody);
    CPPUNIT_TEST(keepsWhatContainersStandOn);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<StoreBox> box_;
    LayerUsers users_;
    Layer base_, top_;

    std::string texts(bool repair, bool wantRepaired) {
        std::vector<std::string> found;
        for (const auto& finding : checkLayers(box_->root(), box_->driver(), users_, repair)) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(finding.text, wantRepaired, finding.isRepaired);
            found.push_back(finding.text);
        }
        return join(found, "; ");
    }
    // Finds exactly this, mends it, and finds nothing then.
    void findsAndMends(const std::string& wanted) {
        expectEqual(wanted, texts(false, false));
        expectEqual(wanted, texts(true, true));
        expectEqual("", texts(false, false));
        box_->start();
    }
    std::string chainDir(const Layer& layer) const {
        return joinPath(box_->root(), "chains", layer.chainId.hex());
    }

public:
    void setUp() override {
        box_ = std::make_unique<StoreBox>();
        base_ = box_->add(tarOf({{"a", "1234"}, {"d/", ""}}));
        top_ = box_->add(tarOf({{"b", "1"}}), base_);
        users_ = {{top_.chainId}, {"c"}};
        box_->store().createContainerLayer("c", top_.chainId, tarOf({{"etc/hosts", ""}}));
    }
    void tearDown() override { box_.reset(); }

    void findsNothingWrong() {
        expectEqual("", texts(false, false));
        expectEqual("", texts(true, false));
        CPPUNIT_ASSERT_EQUAL(size_t(4), box_->driver().ids().size());
        CPPUNIT_ASSERT(hasLayer(box_->root(), base_.chainId));
        CPPUNIT_ASSERT(!hasLayer(box_->root(), archive::digestOf("?")));
    }

    void findsUnfinishedLayers() {
        box_->driver().create("half", base_.cacheId);
        makeDir(joinPath(box_->root(), "tmp/half"));
        findsAndMends("layer half was never finished");
        CPPUNIT_ASSERT(!box_->driver().exists("half"));
    }

    // Of the driver, and of files beside which one was being written.
    void findsUnfinishedTreesAndFiles() {
        const std::string part = joinPath(dirName(box_->tree("half")), ".part-half");
        const std::string record = joinPath(box_->root(), "containers/.c.json.tmp-012345");
        makeDir(part);
        putFile(joinPath(part, "file"), "x");
        putFile(record, "{");
        findsAndMends("'" + part + "' was never finished; '" + record + "' was never finished");
        CPPUNIT_ASSERT(!exists(part) && !exists(record));
    }

    void findsChangedFiles() {
        box_->store().removeContainerLayer("c");
        putFile(joinPath(box_->tree(base_.cacheId), "a"), "abcd");
        const std::string found = texts(true, true);
        CPPUNIT_ASSERT_MESSAGE(
            found, found.find("layer " + base_.chainId.text() +
                              " is damaged: its files have changed") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(found,
                               found.find("layer " + top_.chainId.text() + " is damaged: layer " +
                                          base_.chainId.text() + " below it") != std::string::npos);
        users_.images.clear();
        expectEqual("", texts(false, false));
        box_->start();
        expectEqual("", box_->leftovers());
    }

    void findsLostTreesAndRecords() {
        box_->store().removeContainerLayer("c");
        box_->driver().remove(top_.cacheId);
        findsAndMends("layer " + top_.chainId.text() + " is damaged: its tree " + top_.cacheId +
                      " does not exist; layer " + base_.chainId.text() +
                      " belongs to no image and no container");
        expectEqual("", box_->leftovers());
        const Layer again = box_->add(tarOf({{"x", "1"}}));
        users_.images = {again.chainId};
        writeFileAtomic(joinPath(chainDir(again), "layer.json"), "{");
        const std::string found = texts(true, true);
        CPPUNIT_ASSERT_MESSAGE(found,
                               startsWith(found, "layer " + again.chainId.text() + " is damaged"));
        box_->start();
        expectEqual("", box_->leftovers());
    }

    void findsWhatBelongsToNobody() {
        box_->driver().create("stray", "");
        const Layer other = box_->add(tarOf({{"o", "1"}}), base_);
        box_->store().createContainerLayer("gone", base_.chainId);
        box_->store().createContainerLayer("lost", base_.chainId);
        users_.containers.insert("lost");
        box_->driver().remove("lost");
        findsAndMends(
            "files of container gone, which does not exist; the files of container lost are "
            "gone; layer " +
            other.chainId.text() +
            " belongs to no image and no container; tree stray belongs to no layer and no "
            "container");
        CPPUNIT_ASSERT(!box_->driver().exists("gone"));
        CPPUNIT_ASSERT_EQUAL(size_t(2), box_->store().list().size());
    }

    void keepsWhatContainersStandOn() {
        putFile(joinPath(box_->tree(top_.cacheId), "b"), "2");
        const auto findings = checkLayers(box_->root(), box_->driver(), users_, true);
        CPPUNIT_ASSERT_EQUAL(size_t(1), findings.size());
        CPPUNIT_ASSERT(!findings[0].isRepaired);
        CPPUNIT_ASSERT_MESSAGE(
            findings[0].text,
            findings[0].text.find("container c stands on it") != std::string::npos);
        CPPUNIT_ASSERT(box_->driver().exists(top_.cacheId));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CheckTest);

} // namespace ctrd::storage

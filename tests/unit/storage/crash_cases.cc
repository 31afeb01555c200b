#include "unit/storage/crash_cases.h"

#include "unit/storage/crash_point.h"
#include "unit/testing/expect.h"

namespace ctrd::storage::testing {

using ctrd::testing::diesBeforeStep;
using ctrd::testing::expectEqual;
using ctrd::testing::forEveryCrash;

namespace {

std::string baseTar() {
    return tarOf({{"etc/", ""}, {"etc/passwd", "root"}, {"bin/sh", std::string(3000, 's')}});
}

std::string topTar() {
    return tarOf({{"etc/.wh.passwd", ""}, {"new/", ""}, {"new/file", "n"}});
}

std::string mountPoints() {
    return tarOf({{"etc/hosts", ""}, {"proc/", ""}});
}

} // namespace

CrashCases::~CrashCases() {
    clear();
}

void CrashCases::clear() {
    if (box_) box_->stop();
    box_.reset();
    if (!root_.empty()) removeTree(root_);
}

void CrashCases::prepare() {
    clear();
    root_ = joinPath(parent_, "store");
    makeDirs(root_);
    box_ = std::make_unique<StoreBox>(root_, make_);
    base_ = box_->add(baseTar());
}

void CrashCases::restart() {
    box_->start();
    box_->store().retain(base_.chainId);
    box_->store().collect();
}

void CrashCases::expectWhole() {
    LayerStore& store = box_->store();
    CPPUNIT_ASSERT(box_->tarOf(base_) == baseTar());
    for (const Layer& layer : store.list()) {
        CPPUNIT_ASSERT(box_->driver().exists(layer.cacheId));
        expectEqual(layer.diffId.text(), archive::digestOf(box_->tarOf(layer)).text());
    }
    for (const auto& id : store.containerIds()) {
        store.mountOf(id, "");
        expectEqual("", shown(store.containerChanges(id)));
    }
}

// Whatever is listed can be removed, and then the disk is as empty as it was.
void CrashCases::expectNothingLeftInTheEnd() {
    LayerStore& store = box_->store();
    for (const auto& id : store.containerIds())
        store.removeContainerLayer(id);
    store.release(base_.chainId);
    CPPUNIT_ASSERT(store.list().empty());
    expectEqual("", box_->leftovers());
}

void CrashCases::whileRegistering() {
    forEveryCrash([&] { prepare(); }, [&] { box_->add(topTar(), base_); },
                  [&](bool) {
                      restart();
                      CPPUNIT_ASSERT_EQUAL(size_t(1), box_->store().list().size());
                      expectWhole();
                      const Layer top = box_->add(topTar(), base_);
                      CPPUNIT_ASSERT(box_->tarOf(top) == topTar());
                      box_->store().release(top.chainId);
                      expectNothingLeftInTheEnd();
                  });
}

void CrashCases::whileReleasing() {
    Layer top;
    forEveryCrash(
        [&] {
            prepare();
            top = box_->add(topTar(), base_);
            box_->store().createContainerLayer("c", top.chainId, mountPoints());
            box_->store().removeContainerLayer("c");
        },
        [&] { box_->store().release(top.chainId); },
        [&](bool) {
            box_->start();
            expectWhole();
            restart();
            CPPUNIT_ASSERT_EQUAL(size_t(1), box_->store().list().size());
            expectWhole();
            expectNothingLeftInTheEnd();
        });
}

void CrashCases::whileMakingContainers() {
    forEveryCrash([&] { prepare(); },
                  [&] { box_->store().createContainerLayer("c", base_.chainId, mountPoints()); },
                  [&](bool died) {
                      restart();
                      expectWhole();
                      if (!died) CPPUNIT_ASSERT(box_->store().hasContainerLayer("c"));
                      // The same again, as the user will try.
                      box_->store().removeContainerLayer("c");
                      box_->store().createContainerLayer("c", base_.chainId, mountPoints());
                      expectWhole();
                      expectNothingLeftInTheEnd();
                  });
}

void CrashCases::whileRemovingContainers() {
    forEveryCrash(
        [&] {
            prepare();
            box_->store().createContainerLayer("c", base_.chainId, mountPoints());
        },
        [&] { box_->store().removeContainerLayer("c"); },
        [&](bool died) {
            restart();
            expectWhole();
            if (!died) CPPUNIT_ASSERT(!box_->store().hasContainerLayer("c"));
            expectNothingLeftInTheEnd();
        });
}

// The start that mends a crash may itself be killed.
void CrashCases::whileStarting() {
    int deaths = 0;
    for (const int first : {5, 12, 25, 40}) {
        forEveryCrash(
            [&] {
                prepare();
                const bool died = diesBeforeStep(first, [&] { box_->add(topTar(), base_); });
                deaths += died ? 1 : 0;
            },
            [&] { box_->start(); },
            [&](bool) {
                restart();
                expectWhole();
                expectNothingLeftInTheEnd();
            });
    }
    CPPUNIT_ASSERT(deaths > 0);
}

} // namespace ctrd::storage::testing

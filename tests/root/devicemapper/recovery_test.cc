#include "base/atomic_file.h"
#include "base/fd.h"
#include "root/devicemapper/lab.h"
#include "storage/devicemapper/pool.h"
#include "storage/devicemapper/records.h"
#include "unit/testing/expect.h"

namespace ctrd::storage {

using ctrd::testing::expectEqual;
using namespace devicemapper;

// What the next start makes of what a crash left.
class RecoveryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RecoveryTest);
    CPPUNIT_TEST(treesOutliveTheDriver);
    CPPUNIT_TEST(aContainersMountOutlivesTheDriver);
    CPPUNIT_TEST(unfinishedDevicesGo);
    CPPUNIT_TEST(devicesThatNobodyNotedGo);
    CPPUNIT_TEST(treesThatThePoolLostGo);
    CPPUNIT_TEST(idleDevicesGoAndSuspendedOnesGoOn);
    CPPUNIT_TEST(anUnfinishedBaseIsMadeAnew);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<Lab> lab_;
    kernel::DeviceMapper mapper_;

    DevicemapperDriver& driver() { return lab_->driver(); }
    std::string devices() const { return joinPath(lab_->root(), "devices"); }
    // The pool as the driver has it, for what a driver never does.
    ThinPool openPool() {
        return {mapper_, joinPath(lab_->root(), "pool"), lab_->pool(), Options()};
    }
    bool poolKnows(uint32_t device) {
        try {
            mapper_.create(lab_->prefix() + "probe", thinTable(512 << 20, poolNumber(), device));
        } catch (const Error&) {
            return false;
        }
        mapper_.remove(lab_->prefix() + "probe");
        return true;
    }
    std::string poolNumber() {
        const kernel::DmInfo info = mapper_.info(lab_->pool());
        return std::to_string(info.major) + ":" + std::to_string(info.minor);
    }

public:
    void setUp() override { lab_ = std::make_unique<Lab>(); }
    void tearDown() override { lab_.reset(); }

    void treesOutliveTheDriver() {
        driver().create("one", "");
        lab_->write("one", "file", "kept");
        lab_->stop();
        CPPUNIT_ASSERT(!mapper_.info(lab_->pool()).exists);
        lab_->start();
        expectEqual("kept", lab_->read("one", "file"));
        driver().create("two", "one");
        expectEqual("kept", lab_->read("two", "file"));
    }

    void aContainersMountOutlivesTheDriver() {
        driver().create("one", "");
        OtherProcess monitor(driver().mountOf("one", ""), lab_->mountPoint());
        lab_->stop();
        CPPUNIT_ASSERT(mapper_.info(lab_->prefix() + "one").exists);
        lab_->start();
        lab_->write("one", "file", "beside it");
        CPPUNIT_ASSERT(mapper_.info(lab_->prefix() + "one").exists);
        monitor.end();
        CPPUNIT_ASSERT(lab_->releasedUntilGone("one", "one"));
        CPPUNIT_ASSERT(lab_->active().empty());
        expectEqual("beside it", lab_->read("one", "file"));
    }

    void unfinishedDevicesGo() {
        driver().create("one", "");
        driver().create("two", "one");
        const uint32_t one = Records(devices()).find("one")->device;
        lab_->stop();
        {
            Records records(devices());
            records.unfinish("two");                           // killed while removing it
            records.begin("three", {0, 512 << 20, 9, "ext4"}); // before the pool made it
            const DeviceRecord four = records.begin("four", {0, 512 << 20, 9, "ext4"});
            openPool().createSnapshot(four.device, one); // after
        }
        lab_->start();
        CPPUNIT_ASSERT(driver().exists("one"));
        for (const char* id : {"two", "three", "four"})
            CPPUNIT_ASSERT(!driver().exists(id));
        for (uint32_t device = one + 1; device < one + 4; ++device)
            CPPUNIT_ASSERT_MESSAGE(std::to_string(device), !poolKnows(device));
        CPPUNIT_ASSERT(poolKnows(one));
        for (const char* id : {"two", "three", "four"})
            driver().create(id, "one");
    }

    void devicesThatNobodyNotedGo() {
        driver().create("one", "");
        const uint32_t one = Records(devices()).find("one")->device;
        lab_->stop();
        {
            ThinPool pool = openPool();
            pool.createSnapshot(one + 1, one); // its record was lost with the power
        }
        const std::string note = joinPath(lab_->root(), "pool/transaction.json");
        writeFileAtomic(note, "{\"transaction\": 1}");
        lab_->start();
        CPPUNIT_ASSERT(!poolKnows(one + 1));
        CPPUNIT_ASSERT(poolKnows(one));
        CPPUNIT_ASSERT(driver().exists("one"));
    }

    void treesThatThePoolLostGo() {
        driver().create("one", "");
        driver().create("two", "");
        const uint32_t two = Records(devices()).find("two")->device;
        lab_->stop();
        openPool().deleteDevice(two);
        writeFileAtomic(joinPath(lab_->root(), "pool/transaction.json"), "{\"transaction\": 1}");
        lab_->start();
        CPPUNIT_ASSERT(driver().exists("one"));
        CPPUNIT_ASSERT(!driver().exists("two"));
        driver().create("two", "one");
    }

    void idleDevicesGoAndSuspendedOnesGoOn() {
        driver().create("one", "");
        driver().create("two", "");
        const uint32_t one = Records(devices()).find("one")->device;
        const uint32_t two = Records(devices()).find("two")->device;
        OtherProcess monitor(driver().mountOf("two", ""), lab_->mountPoint());
        lab_->stop();
        mapper_.create(lab_->prefix() + "one", thinTable(512 << 20, poolNumber(), one));
        mapper_.suspend(lab_->prefix() + "two");
        lab_->start();
        CPPUNIT_ASSERT(!mapper_.info(lab_->prefix() + "one").exists);
        CPPUNIT_ASSERT(mapper_.info(lab_->prefix() + "two").exists);
        CPPUNIT_ASSERT(!mapper_.info(lab_->prefix() + "two").suspended);
        CPPUNIT_ASSERT(two != one);
        monitor.end();
        driver().released("two");
    }

    void anUnfinishedBaseIsMadeAnew() {
        lab_->stop();
        Records(devices()).unfinish(Records::kBase);
        lab_->start();
        driver().create("one", "");
        CPPUNIT_ASSERT(lab_->list("one").empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RecoveryTest);

} // namespace ctrd::storage

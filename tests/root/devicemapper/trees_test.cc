#include "base/fd.h"
#include "root/devicemapper/lab.h"
#include "storage/devicemapper/thin.h"
#include "unit/testing/expect.h"

#include <chrono>
#include <thread>

namespace ctrd::storage {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;
using Strings = std::vector<std::string>;

// With each file system.
class ThinTreesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ThinTreesTest);
    CPPUNIT_TEST(aTreeWithoutParentIsEmpty);
    CPPUNIT_TEST(aChildIsACopy);
    CPPUNIT_TEST(aParentInUseIsCopiedWhole);
    CPPUNIT_TEST(nothingStaysMountedOrActive);
    CPPUNIT_TEST(aContainersDeviceStaysUntilItIsReleased);
    CPPUNIT_TEST(whatIsStillMountedGoesLater);
    CPPUNIT_TEST(removalWaitsForTheMount);
    CPPUNIT_TEST_SUITE_END();

protected:
    virtual std::string fileSystem() const { return "ext4"; }
    virtual Strings options() const { return {}; }
    std::unique_ptr<Lab> lab_;

    DevicemapperDriver& driver() { return lab_->driver(); }
    bool isActive(const std::string& id) const { return lab_->isActive(id); }

public:
    void setUp() override { lab_ = std::make_unique<Lab>(fileSystem(), options()); }
    void tearDown() override { lab_.reset(); }

    void aTreeWithoutParentIsEmpty() {
        driver().create("one", "");
        CPPUNIT_ASSERT(driver().exists("one"));
        CPPUNIT_ASSERT(lab_->list("one").empty());
        expectEqual(fileSystem(), lab_->row("Backing Filesystem"));
        expectError(ErrorKind::Conflict, "'one'", [&] { driver().create("one", ""); });
        expectError(ErrorKind::NotFound, "'none'", [&] { driver().create("two", "none"); });
        CPPUNIT_ASSERT(!driver().exists("two"));
    }

    void aChildIsACopy() {
        driver().create("one", "");
        lab_->write("one", "file", "parent");
        driver().create("two", "one");
        expectEqual("parent", lab_->read("two", "file"));
        lab_->write("two", "file", "child");
        lab_->write("two", "more", "");
        expectEqual("parent", lab_->read("one", "file"));
        const auto changes = driver().changes("two");
        CPPUNIT_ASSERT_EQUAL(size_t(2), changes.size());
        expectEqual("/file", changes[0].path);
        CPPUNIT_ASSERT(changes[0].kind == Change::Kind::Modified);
        expectEqual("/more", changes[1].path);
        CPPUNIT_ASSERT(changes[1].kind == Change::Kind::Added);
    }

    // What was written just before is in the copy, although it has not reached the disk.
    void aParentInUseIsCopiedWhole() {
        driver().create("one", "");
        const OpenTree open = driver().openTree("one");
        lab_->write("one", "file", std::string(100000, 'x'));
        driver().create("two", "one");
        expectEqual(std::string(100000, 'x'), lab_->read("two", "file"));
        lab_->write("one", "file", "on it goes");
    }

    void nothingStaysMountedOrActive() {
        driver().create("one", "");
        {
            const OpenTree open = driver().openTree("one");
            CPPUNIT_ASSERT(isActive("one"));
            CPPUNIT_ASSERT(readFile("/proc/self/mounts").find(lab_->root()) == std::string::npos);
        }
        CPPUNIT_ASSERT(lab_->active().empty());
    }

    void aContainersDeviceStaysUntilItIsReleased() {
        driver().create("one", "");
        const kernel::MountSpec mount = driver().mountOf("one", "");
        expectEqual(fileSystem(), mount.type);
        lab_->write("one", "file", "x");
        CPPUNIT_ASSERT(isActive("one"));
        {
            const OtherProcess monitor(mount, lab_->mountPoint());
            expectEqual("x", lab_->read("one", "file"));
            CPPUNIT_ASSERT(isActive("one"));
        }
        CPPUNIT_ASSERT(lab_->releasedUntilGone("one", "one"));
    }

    void whatIsStillMountedGoesLater() {
        driver().create("one", "");
        OtherProcess monitor(driver().mountOf("one", ""), lab_->mountPoint());
        driver().released("one");
        CPPUNIT_ASSERT(isActive("one"));
        monitor.end();
        driver().create("two", "");
        CPPUNIT_ASSERT(lab_->releasedUntilGone("two", "one")); // by any call that looks at devices
        // And it comes back when it is wanted again.
        driver().mountOf("one", "");
        CPPUNIT_ASSERT(isActive("one"));
        driver().released("one");
    }

    void removalWaitsForTheMount() {
        driver().create("one", "");
        OtherProcess monitor(driver().mountOf("one", ""), lab_->mountPoint());
        driver().released("one");
        std::thread soon([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            monitor.end();
        });
        driver().remove("one");
        soon.join();
        CPPUNIT_ASSERT(!driver().exists("one"));
        CPPUNIT_ASSERT(!isActive("one"));
    }
};

class ThinTreesXfsTest : public ThinTreesTest {
    CPPUNIT_TEST_SUB_SUITE(ThinTreesXfsTest, ThinTreesTest);
    CPPUNIT_TEST_SUITE_END();

protected:
    std::string fileSystem() const override { return "xfs"; }
};

class ThinTreesDeferredTest : public ThinTreesTest {
    CPPUNIT_TEST_SUB_SUITE(ThinTreesDeferredTest, ThinTreesTest);
    CPPUNIT_TEST(aRestartCallsTheRemovalOff);
    CPPUNIT_TEST_SUITE_END();

protected:
    Strings options() const override { return {"dm.use_deferred_removal=true"}; }

public:
    void aRestartCallsTheRemovalOff() {
        driver().create("one", "");
        OtherProcess before(driver().mountOf("one", ""), lab_->mountPoint());
        driver().released("one");
        const kernel::MountSpec mount = driver().mountOf("one", "");
        before.end();
        CPPUNIT_ASSERT(isActive("one"));
        const OtherProcess after(mount, lab_->mountPoint());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ThinTreesTest);
CPPUNIT_TEST_SUITE_REGISTRATION(ThinTreesXfsTest);
CPPUNIT_TEST_SUITE_REGISTRATION(ThinTreesDeferredTest);

} // namespace ctrd::storage

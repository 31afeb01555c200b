// The drivers that must pass the suite, and the suite as CppUnit sees it.

#include "base/strings.h"
#include "root/storage/lab.h"
#include "storage/aufs/driver.h"
#include "storage/btrfs/driver.h"
#include "storage/devicemapper/driver.h"
#include "storage/overlay/driver.h"
#include "storage/vfs/driver.h"

#include <cppunit/TestSuite.h>
#include <cppunit/extensions/TestFactory.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <iostream>

namespace ctrd::storage::testing {

namespace {

struct Entry {
    const char* name;
    const char* fileSystem; // that the trees lie on, made for each case; "" for $TMPDIR's
    bool crashes;           // the cases that die at every step take a while: once for each driver
    std::unique_ptr<DiffDriver> (*create)(const std::string& root);
};

template <typename Driver>
std::unique_ptr<DiffDriver> create(const std::string& root) {
    return std::make_unique<Driver>(root);
}

std::unique_ptr<DiffDriver> createThin(const std::string& root, const std::string& fileSystem) {
    return std::make_unique<DevicemapperDriver>(
        root, std::vector<std::string>{"dm.fs=" + fileSystem, "dm.basesize=1g",
                                       "dm.loopdatasize=4g", "dm.loopmetadatasize=32m"});
}
std::unique_ptr<DiffDriver> createThinExt4(const std::string& root) {
    return createThin(root, "ext4");
}
std::unique_ptr<DiffDriver> createThinXfs(const std::string& root) {
    return createThin(root, "xfs");
}

// One line for each driver and file system.  vfs dies in unit/storage, devicemapper, whose devices
// outlive a process, in root/devicemapper.
constexpr Entry kDrivers[] = {
    {"vfs", "", false, create<VfsDriver>},
    {"vfs-xfs", "xfs", false, create<VfsDriver>},
    {"overlay", "", true, create<OverlayDriver>},
    {"overlay-ext4", "ext4", false, create<OverlayDriver>},
    {"btrfs", "btrfs", true, create<BtrfsDriver>},
    {"aufs", "ext4", true, create<AufsDriver>},
    {"devicemapper-ext4", "", false, createThinExt4},
    {"devicemapper-xfs", "", false, createThinXfs},
};

constexpr int64_t kMegabytes = 512;

// Where a case's trees lie.
class Place {
public:
    explicit Place(const Entry& entry) {
        if (*entry.fileSystem != '\0')
            fileSystem_ = std::make_unique<LoopFileSystem>(entry.fileSystem, kMegabytes);
    }
    std::string path() const { return fileSystem_ ? fileSystem_->path() : dir_.path(); }

private:
    TempDir dir_;
    std::unique_ptr<LoopFileSystem> fileSystem_;
};

class ConformanceTest : public CppUnit::TestCase {
public:
    ConformanceTest(const Entry& driver, const Case& test)
        : TestCase(std::string(driver.name) + "." + test.name), driver_(driver), test_(test) {}

    void runTest() override {
        const Place place(driver_);
        Lab lab(place.path(), driver_.create);
        test_.body(lab);
        lab.expectNothingLeft();
    }

private:
    const Entry& driver_;
    const Case& test_;
};

bool works(const Entry& driver) {
    try {
        const Place place(driver);
        driver.create(place.path())->cleanup();
        return true;
    } catch (const Error& e) {
        std::cout << driver.name << " is not tried: " << e.what() << std::endl;
        return false;
    }
}

class Suite : public CppUnit::TestFactory {
public:
    CppUnit::Test* makeTest() override {
        prepareProcess();
        auto* suite = new CppUnit::TestSuite("storage");
        for (const auto& driver : kDrivers)
            if (works(driver))
                for (const auto& test : Case::all())
                    if (driver.crashes || !startsWith(test.name, "crash"))
                        suite->addTest(new ConformanceTest(driver, test));
        if (suite->getChildTestCount() == 0) skipAll("no storage driver works here");
        return suite;
    }
};

struct Registration {
    Registration() { CppUnit::TestFactoryRegistry::getRegistry().registerFactory(&suite); }
    ~Registration() { CppUnit::TestFactoryRegistry::getRegistry().unregisterFactory(&suite); }
    Suite suite;
};
Registration registration;

} // namespace

} // namespace ctrd::storage::testing

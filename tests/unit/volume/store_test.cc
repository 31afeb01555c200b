#include "volume/store.h"

#include "base/atomic_file.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/strings.h"
#include "unit/testing/expect.h"
#include "volume/local/driver.h"

#include <atomic>
#include <optional>
#include <thread>

namespace ctrd::volume {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class VolumeStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(VolumeStoreTest);
    CPPUNIT_TEST(makesOneOnce);
    CPPUNIT_TEST(remembersAcrossStarts);
    CPPUNIT_TEST(knowsItsDrivers);
    CPPUNIT_TEST(refusesToRemoveWhatIsUsed);
    CPPUNIT_TEST(aLeaseKeeps);
    CPPUNIT_TEST(fillsTheEmptyOnce);
    CPPUNIT_TEST(aFailedFillLeavesItEmpty);
    CPPUNIT_TEST(fillsInPlaceWhatOthersHave);
    CPPUNIT_TEST(manyThreadsMakeAndRemove);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;
    std::optional<Store> store_;
    std::vector<std::string> users_;

    void open() {
        store_.reset();
        Store::Drivers drivers;
        drivers["local"] = std::make_unique<LocalDriver>(dir_.path());
        store_.emplace(std::move(drivers));
    }
    Store::Lease make(const std::string& name, const std::string& driver = "") {
        Volume volume;
        volume.name = name;
        volume.driver = driver;
        return store_->create(volume);
    }
    Store::Users users() {
        return [this](const std::string&) { return users_; };
    }
    std::string names() const {
        std::vector<std::string> names;
        for (const auto& volume : store_->list())
            names.push_back(volume.name);
        return join(names, " ");
    }
    static void put(const std::string& directory) {
        writeFileAtomic(joinPath(directory, "first"), "content");
    }

public:
    void setUp() override {
        users_.clear();
        open();
    }
    void tearDown() override {
        store_.reset();
        for (const auto& name : listDir(dir_.path()))
            removeTree(joinPath(dir_.path(), name));
    }

    void makesOneOnce() {
        CPPUNIT_ASSERT(make("bb").isNew());
        CPPUNIT_ASSERT(!make("bb").isNew());
        make("aa");
        expectEqual("aa bb", names());
        CPPUNIT_ASSERT(store_->get("aa").created > 0);
        expectError(ErrorKind::NotFound, "get cc: no such volume", [&] { store_->get("cc"); });
        expectError(ErrorKind::InvalidArgument, "name", [&] { make("../x"); });
        expectEqual("aa bb", names());
    }

    void remembersAcrossStarts() {
        make("data");
        const Timestamp created = store_->get("data").created;
        open();
        CPPUNIT_ASSERT_EQUAL(created, store_->get("data").created);
        expectEqual("local", store_->get("data").driver);
    }

    void knowsItsDrivers() {
        expectError(ErrorKind::NotFound, "\"nfs\" not found", [&] { make("data", "nfs"); });
        make("data", "local");
        expectError(ErrorKind::Conflict, "driver local", [&] { make("data", "nfs"); });
        expectEqual("data", names());
    }

    void refusesToRemoveWhatIsUsed() {
        make("data");
        users_ = {"one", "two"};
        expectError(ErrorKind::Conflict, "volume is in use - [one, two]",
                    [&] { store_->remove("data", users()); });
        users_.clear();
        store_->remove("data", users());
        expectEqual("", names());
        expectError(ErrorKind::NotFound, "no such volume",
                    [&] { store_->remove("data", users()); });
        CPPUNIT_ASSERT(listDir(dir_.path()).empty());
    }

    void aLeaseKeeps() {
        {
            const Store::Lease lease = make("data");
            expectError(ErrorKind::Conflict, "in use", [&] { store_->remove("data", users()); });
        }
        store_->remove("data", users());
    }

    void fillsTheEmptyOnce() {
        const Store::Lease lease = make("data");
        const std::string place = store_->mountPoint("data");
        store_->fill(lease, users(), [&](const std::string& directory) {
            CPPUNIT_ASSERT(directory != place);
            put(directory);
        });
        expectEqual("content", readFile(joinPath(place, "first")));
        store_->fill(lease, users(), [](const std::string&) { CPPUNIT_FAIL("it is not empty"); });
    }

    void aFailedFillLeavesItEmpty() {
        const Store::Lease lease = make("data");
        expectError(ErrorKind::Internal, "disk full", [&] {
            store_->fill(lease, users(), [](const std::string& directory) {
                put(directory);
                throw internalError("disk full");
            });
        });
        CPPUNIT_ASSERT(listDir(store_->mountPoint("data")).empty());
        store_->fill(lease, users(), put);
        expectEqual("first", join(listDir(store_->mountPoint("data")), " "));
    }

    void fillsInPlaceWhatOthersHave() {
        const Store::Lease lease = make("data");
        users_ = {"other"};
        const std::string place = store_->mountPoint("data");
        store_->fill(lease, users(),
                     [&](const std::string& directory) { expectEqual(place, directory); });
    }

    void manyThreadsMakeAndRemove() {
        std::atomic<int> made{0}, removed{0};
        std::vector<std::thread> threads;
        for (int n = 0; n < 8; ++n)
            threads.emplace_back([&] {
                for (int i = 0; i < 25; ++i) {
                    if (make("shared").isNew()) ++made;
                    try {
                        store_->remove("shared", [](const std::string&) {
                            return std::vector<std::string>();
                        });
                        ++removed;
                    } catch (const Error&) {
                        // Another thread holds it, or was faster.
                    }
                }
            });
        for (auto& thread : threads)
            thread.join();
        CPPUNIT_ASSERT(made >= 1 && made - removed >= 0 && made - removed <= 1);
        CPPUNIT_ASSERT_EQUAL(static_cast<size_t>(made - removed), listDir(dir_.path()).size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(VolumeStoreTest);

} // namespace ctrd::volume

#include "storage/select.h"

#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"
#include "storage/vfs/driver.h"
#include "unit/storage/store_box.h"
#include "unit/testing/expect.h"

namespace ctrd::storage {

using namespace testing;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

// A driver of another name, which is all that choosing looks at.
class Named : public VfsDriver {
public:
    Named(const std::string& root, std::string name) : VfsDriver(root), name_(std::move(name)) {}
    std::string name() const override { return name_; }

private:
    std::string name_;
};

DriverEntry works(const std::string& name) {
    return {name, [name](const std::string& root) { return std::make_unique<Named>(root, name); }};
}

// Fails after it has begun to furnish its place.
DriverEntry fails(const std::string& name) {
    return {name, [name](const std::string& root) -> std::unique_ptr<DiffDriver> {
                makeDirs(joinPath(root, "begun"));
                throw notSupported("storage driver " + name + ": no such kernel");
            }};
}

} // namespace

class SelectTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SelectTest);
    CPPUNIT_TEST(takesTheFirstThatWorks);
    CPPUNIT_TEST(takesWhatIsAskedFor);
    CPPUNIT_TEST(keepsToWhatHasLayers);
    CPPUNIT_TEST(neverHidesLayersBehindAnother);
    CPPUNIT_TEST(asksWhereSeveralHaveLayers);
    CPPUNIT_TEST(keepsToVfs);
    CPPUNIT_TEST(saysWhyNoneWorks);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<TempDir> dir_;

    std::string select(const std::string& wanted, const std::vector<DriverEntry>& table) {
        return selectDriver(dir_->path(), wanted, table)->name();
    }
    void hasLayersOf(const std::string& driver) {
        makeDirs(joinPath(treesOf(dir_->path(), driver), "one"));
        makeDirs(joinPath(dir_->path(), driver, "chains/one"));
    }

public:
    void setUp() override { dir_ = std::make_unique<TempDir>(); }
    void tearDown() override { dir_.reset(); }

    void takesTheFirstThatWorks() {
        expectEqual("b", select("", {fails("a"), works("b"), works("vfs")}));
        // One that does not work leaves nothing, and so cannot pass for one that was used.
        CPPUNIT_ASSERT(!exists(joinPath(dir_->path(), "a")));
        // Nor does one that was used and kept nothing.
        expectEqual("a", select("", {works("a"), works("b")}));
    }

    void takesWhatIsAskedFor() {
        expectEqual("vfs", select("vfs", {works("a"), works("vfs")}));
        expectError(ErrorKind::InvalidArgument, "unknown storage driver 'zfs': there are a, vfs",
                    [&] {
                        select("zfs", {works("a"), works("vfs")});
                    });
        expectError(ErrorKind::NotSupported, "no such kernel", [&] {
            select("b", {works("a"), fails("b")});
        });
        // Also where another has layers: whoever names one wants that one.
        hasLayersOf("b");
        expectEqual("a", select("a", {works("a"), works("b")}));
    }

    void keepsToWhatHasLayers() {
        hasLayersOf("b");
        expectEqual("b", select("", {works("a"), works("b"), works("vfs")}));
    }

    void neverHidesLayersBehindAnother() {
        hasLayersOf("b");
        expectError(ErrorKind::NotSupported,
                    "cannot use storage driver 'b', whose layers are in '" + dir_->path() + "'",
                    [&] {
                        select("", {works("a"), fails("b"), works("vfs")});
                    });
        CPPUNIT_ASSERT(exists(joinPath(treesOf(dir_->path(), "b"), "one")));
        CPPUNIT_ASSERT(!exists(joinPath(dir_->path(), "a")));
        expectEqual("begun one", join(listDir(treesOf(dir_->path(), "b")), " "));
        hasLayersOf("gone");
        removeTree(joinPath(dir_->path(), "b"));
        expectError(ErrorKind::InvalidArgument, "cannot use storage driver 'gone'", [&] {
            select("", {works("a"), works("vfs")});
        });
    }

    void asksWhereSeveralHaveLayers() {
        hasLayersOf("a");
        hasLayersOf("b");
        expectError(ErrorKind::Conflict, "several storage drivers (a, b)", [&] {
            select("", {works("a"), works("b")});
        });
        expectEqual("a", select("a", {works("a"), works("b")}));
    }

    // It may be there because nothing better worked once; its images are images all the same.
    void keepsToVfs() {
        hasLayersOf("vfs");
        expectEqual("vfs", select("", {fails("a"), works("vfs")}));
        expectEqual("vfs", select("", {works("a"), works("vfs")}));
        hasLayersOf("a");
        expectError(ErrorKind::Conflict, "several storage drivers (a, vfs)", [&] {
            select("", {works("a"), works("vfs")});
        });
    }

    void saysWhyNoneWorks() {
        expectError(ErrorKind::NotSupported, "storage driver a: no such kernel; storage driver b",
                    [&] {
                        select("", {fails("a"), fails("b")});
                    });
        CPPUNIT_ASSERT(listDir(dir_->path()).empty());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SelectTest);

} // namespace ctrd::storage

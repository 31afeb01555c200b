// What only btrfs has: subvolumes within subvolumes, quotas, and a probe that says where it is not.

#include "kernel/btrfs.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/process.h"
#include "root/storage/lab.h"
#include "storage/btrfs/driver.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace ctrd::storage::testing {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;
using kernel::btrfs::createSnapshot;
using kernel::btrfs::createSubvolume;
using kernel::btrfs::isSubvolume;

class BtrfsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BtrfsTest);
    CPPUNIT_TEST(removesNestedSubvolumes);
    CPPUNIT_TEST(describesABind);
    CPPUNIT_TEST(countsWithQuotas);
    CPPUNIT_TEST(saysWhereItIsNot);
    CPPUNIT_TEST(snapshotsGoNowhereElse);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<LoopFileSystem> disk_;
    std::unique_ptr<BtrfsDriver> driver_;

    bool open() {
        try {
            disk_ = std::make_unique<LoopFileSystem>("btrfs", 256);
        } catch (const Error& e) {
            std::printf("btrfs is not tried: %s\n", e.what());
            return false;
        }
        driver_ = std::make_unique<BtrfsDriver>(disk_->path());
        return true;
    }
    std::string row(const std::string& name) const {
        for (const auto& [key, value] : driver_->status())
            if (key == name) return value;
        return "";
    }
    std::string tree(const std::string& id) const {
        return joinPath(disk_->path(), "subvolumes", id);
    }

public:
    void tearDown() override {
        driver_.reset();
        disk_.reset();
    }

    void removesNestedSubvolumes() {
        if (!open()) return;
        driver_->create("c", "");
        makeDirs(tree("c/var/lib"));
        const Fd lib = openFile(tree("c/var/lib"), O_RDONLY | O_DIRECTORY);
        createSubvolume(lib.get(), "one");
        const Fd one = openFile(tree("c/var/lib/one"), O_RDONLY | O_DIRECTORY);
        createSubvolume(one.get(), "two");
        putFile(tree("c/var/lib/one/two/file"), "x");
        createSnapshot(lib.get(), "three", one.get());
        CPPUNIT_ASSERT(isSubvolume(lib.get(), "three"));
        driver_->remove("c");
        CPPUNIT_ASSERT(!driver_->exists("c"));
        CPPUNIT_ASSERT(listDir(tree("")).empty());
    }

    void describesABind() {
        if (!open()) return;
        driver_->create("c", "");
        const auto mount = driver_->mountOf("c", "");
        expectEqual("bind", mount.type);
        expectEqual(tree("c"), mount.source);
    }

    void countsWithQuotas() {
        if (!open()) return;
        expectEqual("btrfs", row("Backing Filesystem"));
        expectEqual("disabled", row("Quotas"));
        runCommand({"btrfs", "quota", "enable", disk_->path()});
        expectEqual("enabled", row("Quotas"));
        driver_->create("c", "");
        putFile(tree("c/file"), std::string(8 << 20, 'x'));
        runCommand({"btrfs", "filesystem", "sync", disk_->path()});
        runCommand({"btrfs", "quota", "rescan", "-w", disk_->path()});
        const Fd fd = openFile(tree("c"), O_RDONLY | O_DIRECTORY);
        const auto bytes = kernel::btrfs::exclusiveBytes(fd.get());
        CPPUNIT_ASSERT(bytes);
        CPPUNIT_ASSERT(bytes->at(kernel::btrfs::subvolumeId(fd.get())) >= 8 << 20);
        CPPUNIT_ASSERT_MESSAGE(row("Unshared Space"), row("Unshared Space").find("8.") == 0);
    }

    void saysWhereItIsNot() {
        const TempDir dir;
        if (kernel::btrfs::isBtrfs(dir.path())) return;
        expectError(ErrorKind::NotSupported, "storage driver btrfs: '" + dir.path(),
                    [&] { BtrfsDriver(dir.path()); });
    }

    // The kernel would put a snapshot into a directory that is there already.
    void snapshotsGoNowhereElse() {
        if (!open()) return;
        driver_->create("a", "");
        driver_->create("b", "");
        const Fd a = openFile(tree("a"), O_RDONLY | O_DIRECTORY);
        const Fd all = openFile(tree(""), O_RDONLY | O_DIRECTORY);
        expectError(ErrorKind::Internal, "create the snapshot 'b'",
                    [&] { createSnapshot(all.get(), "b", a.get()); });
        CPPUNIT_ASSERT(listDir(tree("b")).empty());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BtrfsTest);

} // namespace ctrd::storage::testing

#include "base/fd.h"
#include "base/path.h"
#include "storage/devicemapper/options.h"
#include "storage/devicemapper/records.h"
#include "storage/devicemapper/thin.h"
#include "unit/testing/expect.h"

#include <fcntl.h>

namespace ctrd::storage::devicemapper {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class DevicemapperOptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DevicemapperOptionsTest);
    CPPUNIT_TEST(readsEveryOption);
    CPPUNIT_TEST(hasDockersDefaults);
    CPPUNIT_TEST(errorsNameTheOption);
    CPPUNIT_TEST(aPoolHasItsDevices);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsEveryOption() {
        const Options o =
            parseOptions({"dm.basesize=20G", "dm.loopdatasize=200G", "dm.loopmetadatasize=4G",
                          "dm.fs=xfs", "dm.mkfsarg=-i size=512", "dm.mkfsarg=-f",
                          "dm.mountopt=nodiscard,noatime", "dm.datadev=/dev/sdb1",
                          "dm.metadatadev=/dev/sdc1", "dm.blocksize=512K", "dm.blkdiscard=false",
                          "dm.use_deferred_removal=true", "dm.override_udev_sync_check=true"});
        CPPUNIT_ASSERT_EQUAL(uint64_t(20) << 30, o.baseSize);
        CPPUNIT_ASSERT_EQUAL(uint64_t(200) << 30, o.loopDataSize);
        CPPUNIT_ASSERT_EQUAL(uint64_t(4) << 30, o.loopMetadataSize);
        expectEqual("xfs", o.fileSystem);
        CPPUNIT_ASSERT(o.mkfsArguments == std::vector<std::string>({"-i", "size=512", "-f"}));
        CPPUNIT_ASSERT(o.mountOptions == std::vector<std::string>({"nodiscard", "noatime"}));
        expectEqual("/dev/sdb1", o.dataDevice);
        expectEqual("/dev/sdc1", o.metadataDevice);
        CPPUNIT_ASSERT_EQUAL(uint64_t(512) << 10, o.blockSize);
        CPPUNIT_ASSERT(o.discard && !*o.discard);
        CPPUNIT_ASSERT(o.removeOnClose);
    }

    void hasDockersDefaults() {
        const Options o = parseOptions({});
        CPPUNIT_ASSERT_EQUAL(uint64_t(10) << 30, o.baseSize);
        CPPUNIT_ASSERT_EQUAL(uint64_t(100) << 30, o.loopDataSize);
        CPPUNIT_ASSERT_EQUAL(uint64_t(2) << 30, o.loopMetadataSize);
        CPPUNIT_ASSERT_EQUAL(uint64_t(64) << 10, o.blockSize);
        expectEqual("ext4", o.fileSystem);
        CPPUNIT_ASSERT(!o.discard);
        CPPUNIT_ASSERT(!o.removeOnClose);
    }

    void errorsNameTheOption() {
        const char* wrong[] = {
            "dm.basesize=lots",
            "dm.basesize=0",
            "dm.fs=btrfs",
            "dm.blocksize=100k",
            "dm.blocksize=2g",
            "dm.blkdiscard=maybe",
            "dm.datadev=",
            "dm.use_deferred_removal",
            "dm.nonsense=1",
            "overlay.size=1",
            "",
        };
        for (const char* text : wrong)
            expectError(ErrorKind::InvalidArgument,
                        std::string("--storage-opt '") + text + "': ", [&] {
                            parseOptions({"dm.fs=ext4", text});
                        });
        expectError(ErrorKind::InvalidArgument, "dm.use_deferred_removal",
                    [] { parseOptions({"dm.nonsense=1"}); });
    }

    void aPoolHasItsDevices() {
        expectError(ErrorKind::InvalidArgument, "dm.thinpooldev", [] {
            parseOptions({"dm.thinpooldev=vg-pool", "dm.datadev=/dev/sdb"});
        });
        expectEqual("vg-pool", parseOptions({"dm.thinpooldev=vg-pool"}).thinPoolDevice);
    }
};

class ThinTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ThinTest);
    CPPUNIT_TEST(writesTables);
    CPPUNIT_TEST(readsTables);
    CPPUNIT_TEST(readsTheStatus);
    CPPUNIT_TEST(refusesAnotherStatus);
    CPPUNIT_TEST(saysWhyNothingCanBeMade);
    CPPUNIT_TEST(tellsEachLevelOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesTables() {
        const PoolParts parts = {"/dev/loop1", "/dev/loop0", uint64_t(1) << 30, 64 << 10};
        const kernel::DmTable pool = poolTable(parts, true);
        CPPUNIT_ASSERT_EQUAL(uint64_t(2097152), pool.sectors);
        expectEqual("thin-pool", pool.target);
        expectEqual("/dev/loop0 /dev/loop1 128 32768 2 skip_block_zeroing error_if_no_space",
                    pool.parameters);
        expectEqual("/dev/loop0 /dev/loop1 128 32768 1 skip_block_zeroing",
                    poolTable(parts, false).parameters);
        const kernel::DmTable thin = thinTable(uint64_t(10) << 30, "254:0", 7);
        CPPUNIT_ASSERT_EQUAL(uint64_t(20971520), thin.sectors);
        expectEqual("thin", thin.target);
        expectEqual("254:0 7", thin.parameters);
    }

    void readsTables() {
        const kernel::DmTable pool = {2097152, "thin-pool", "7:0 7:1 1024 0 0"};
        CPPUNIT_ASSERT_EQUAL(uint64_t(512) << 10, blockBytesOf(pool));
        expectEqual("7:0", metadataDeviceOf(pool));
        expectEqual("7:1", dataDeviceOf(pool));
        expectError(ErrorKind::Internal, "no table of a thin pool", [] {
            blockBytesOf({8, "linear", "8:1 0"});
        });
    }

    void readsTheStatus() {
        const PoolStatus now = parsePoolStatus(
            "23 141/4096 512/16384 - rw no_discard_passdown queue_if_no_space - 1024", 64 << 10);
        CPPUNIT_ASSERT_EQUAL(uint64_t(23), now.transaction);
        CPPUNIT_ASSERT_EQUAL(uint64_t(141) * 4096, now.metadataUsed);
        CPPUNIT_ASSERT_EQUAL(uint64_t(16) << 20, now.metadataTotal);
        CPPUNIT_ASSERT_EQUAL(uint64_t(32) << 20, now.dataUsed);
        CPPUNIT_ASSERT_EQUAL(uint64_t(1) << 30, now.dataTotal);
        CPPUNIT_ASSERT(now.mode == PoolStatus::Mode::Writable);
        // As 2.6.32 says it, which knows no mode.
        CPPUNIT_ASSERT(parsePoolStatus("0 10/100 1/10 -", 64 << 10).mode ==
                       PoolStatus::Mode::Writable);
    }

    void refusesAnotherStatus() {
        for (const char* text : {"", "rw", "1 2 3 4", "x 1/2 1/2 - rw", "1 1/2 1/y - rw"})
            expectError(ErrorKind::Internal, "cannot read the status",
                        [&] { parsePoolStatus(text, 64 << 10); });
    }

    void saysWhyNothingCanBeMade() {
        const auto why = [](const char* text) {
            return whyUnusable(parsePoolStatus(text, 64 << 10), "p");
        };
        expectEqual("", why("1 1/100 9/10 - rw"));
        CPPUNIT_ASSERT(why("1 1/100 10/10 - rw").find("no space left") != std::string::npos);
        CPPUNIT_ASSERT(why("1 1/100 10/10 - out_of_data_space").find("'p' has no space left") !=
                       std::string::npos);
        CPPUNIT_ASSERT(why("1 100/100 1/10 - ro").find("read-only") != std::string::npos);
        CPPUNIT_ASSERT(why("Fail").find("has failed") != std::string::npos);
    }

    void tellsEachLevelOnce() {
        FillLevels levels;
        const auto at = [&](uint64_t data, uint64_t metadata) {
            PoolStatus status;
            status.dataUsed = data;
            status.metadataUsed = metadata;
            status.dataTotal = status.metadataTotal = 100;
            return levels.news(status, "p");
        };
        CPPUNIT_ASSERT(at(79, 0).empty());
        const auto first = at(85, 0);
        CPPUNIT_ASSERT_EQUAL(size_t(1), first.size());
        CPPUNIT_ASSERT(first[0].find("thin pool 'p' is 85% full") == 0);
        CPPUNIT_ASSERT(at(86, 0).empty());
        CPPUNIT_ASSERT_EQUAL(size_t(2), at(91, 96).size());
        CPPUNIT_ASSERT(at(50, 96).empty());
        CPPUNIT_ASSERT_EQUAL(size_t(1), at(85, 96).size());
    }
};

class DeviceRecordsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeviceRecordsTest);
    CPPUNIT_TEST(keepsWhatIsWhole);
    CPPUNIT_TEST(remembersWhatIsNot);
    CPPUNIT_TEST(givesNoNumberTwice);
    CPPUNIT_TEST(refusesWhatItCannotRead);
    CPPUNIT_TEST_SUITE_END();

    TempDir dir_;

public:
    void keepsWhatIsWhole() {
        {
            Records records(dir_.path());
            const DeviceRecord made = records.begin("one", {0, uint64_t(10) << 30, 3, "xfs"});
            CPPUNIT_ASSERT_EQUAL(uint32_t(1), made.device);
            CPPUNIT_ASSERT(!records.find("one"));
            records.finish("one");
        }
        const Records records(dir_.path());
        const auto found = records.find("one");
        CPPUNIT_ASSERT(found.has_value());
        CPPUNIT_ASSERT_EQUAL(uint32_t(1), found->device);
        CPPUNIT_ASSERT_EQUAL(uint64_t(10) << 30, found->bytes);
        CPPUNIT_ASSERT_EQUAL(uint64_t(3), found->transaction);
        expectEqual("xfs", found->fileSystem);
        CPPUNIT_ASSERT(records.unfinished().empty());
    }

    void remembersWhatIsNot() {
        {
            Records records(dir_.path());
            records.begin("making", {});
            records.begin("removing", {});
            records.finish("removing");
            records.unfinish("removing");
            records.begin("dropped", {});
            records.drop("dropped");
        }
        const Records records(dir_.path());
        CPPUNIT_ASSERT(records.whole().empty());
        const auto unfinished = records.unfinished();
        CPPUNIT_ASSERT_EQUAL(size_t(2), unfinished.size());
        CPPUNIT_ASSERT_EQUAL(uint32_t(1), unfinished.at("making").device);
        CPPUNIT_ASSERT_EQUAL(uint32_t(2), unfinished.at("removing").device);
    }

    void givesNoNumberTwice() {
        Records records(dir_.path());
        CPPUNIT_ASSERT_EQUAL(uint32_t(1), records.begin("a", {}).device);
        expectError(ErrorKind::Conflict, "being made", [&] { records.begin("a", {}); });
        records.finish("a");
        CPPUNIT_ASSERT(records.usesDevice(1));
        const uint32_t next = records.begin("b", {}).device;
        CPPUNIT_ASSERT(next != 1);
        records.drop("b");
        CPPUNIT_ASSERT(!records.usesDevice(next));
    }

    void refusesWhatItCannotRead() {
        const Fd file = openFile(joinPath(dir_.path(), "bad.json"), O_WRONLY | O_CREAT, 0600);
        writeAll(file.get(), "{\"version\": 9}");
        expectError(ErrorKind::Internal, "another version", [&] { Records records(dir_.path()); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DevicemapperOptionsTest);
CPPUNIT_TEST_SUITE_REGISTRATION(ThinTest);
CPPUNIT_TEST_SUITE_REGISTRATION(DeviceRecordsTest);

} // namespace ctrd::storage::devicemapper

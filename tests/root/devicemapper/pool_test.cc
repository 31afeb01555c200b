#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"
#include "kernel/loop.h"
#include "root/devicemapper/lab.h"
#include "storage/devicemapper/thin.h"
#include "unit/testing/expect.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::storage {

using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

class ThinPoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ThinPoolTest);
    CPPUNIT_TEST(tellsItsStatus);
    CPPUNIT_TEST(removedTreesGiveTheirSpaceBack);
    CPPUNIT_TEST(warnsBeforeItIsFull);
    CPPUNIT_TEST(aFullPoolSaysSoAndGoesOnWhenThereIsSpace);
    CPPUNIT_TEST(takesDevices);
    CPPUNIT_TEST(takesAPoolThatIsThere);
    CPPUNIT_TEST(aStartThatFailsLeavesNothing);
    CPPUNIT_TEST_SUITE_END();

    // A sparse file as a block device.
    struct Disk {
        TempDir dir{"/var/tmp"};
        std::unique_ptr<kernel::LoopDevice> loop;
        explicit Disk(off_t bytes) {
            const std::string path = joinPath(dir.path(), "disk");
            const Fd file = openFile(path, O_RDWR | O_CREAT, 0600);
            CPPUNIT_ASSERT_EQUAL(0, ftruncate(file.get(), bytes));
            loop = std::make_unique<kernel::LoopDevice>(kernel::LoopDevice::attach(path));
        }
        const std::string& path() const { return loop->path(); }
    };

    static int64_t blocksOf(const std::string& path) {
        struct stat st {};
        CPPUNIT_ASSERT_EQUAL(0, stat(path.c_str(), &st));
        return st.st_blocks * 512;
    }
    // Writes until it does not go on; whether it was for want of space.
    static bool fill(Lab& lab, const std::string& id) {
        const OpenTree tree = lab.driver().openTree(id);
        const Fd out = openFile(joinPath(tree.path, "big"), O_WRONLY | O_CREAT, 0644);
        const std::string megabyte(1 << 20, 'x');
        for (int i = 0; i < 4096; ++i) {
            if (write(out.get(), megabyte.data(), megabyte.size()) < 0 || fdatasync(out.get()) < 0)
                return errno == ENOSPC || errno == EIO;
        }
        return false;
    }

public:
    void tellsItsStatus() {
        Lab lab;
        expectEqual(lab.pool(), lab.row("Pool Name"));
        expectEqual("65.54 kB", lab.row("Pool Blocksize"));
        expectEqual(joinPath(lab.root(), "pool/data"), lab.row("Data loop file"));
        expectEqual(joinPath(lab.root(), "pool/metadata"), lab.row("Metadata loop file"));
        CPPUNIT_ASSERT(startsWith(lab.row("Data file"), "/dev/loop"));
        expectEqual("2.147 GB", lab.row("Data Space Total"));
        expectEqual("16.78 MB", lab.row("Metadata Space Total"));
        expectEqual("false", lab.row("Deferred Removal Enabled"));
        CPPUNIT_ASSERT(startsWith(lab.row("Library Version"), "1."));
    }

    void removedTreesGiveTheirSpaceBack() {
        Lab lab;
        const std::string data = joinPath(lab.root(), "pool/data");
        lab.driver().create("one", "");
        lab.write("one", "big", std::string(64 << 20, 'x'));
        const int64_t full = blocksOf(data);
        lab.driver().remove("one");
        CPPUNIT_ASSERT(!lab.driver().exists("one"));
        CPPUNIT_ASSERT(full - blocksOf(data) > 48 << 20);
    }

    void warnsBeforeItIsFull() {
        Lab lab("ext4", {"dm.loopdatasize=256m"});
        std::vector<std::string> heard;
        lab.driver().onWarning([&](const std::string& sentence) { heard.push_back(sentence); });
        lab.driver().create("one", "");
        CPPUNIT_ASSERT(heard.empty());
        lab.write("one", "big", std::string(192 << 20, 'x'));
        lab.driver().create("two", "");
        lab.driver().onWarning({});
        CPPUNIT_ASSERT_EQUAL(size_t(1), heard.size());
        CPPUNIT_ASSERT_MESSAGE(heard[0],
                               startsWith(heard[0], "thin pool '" + lab.pool() + "' is "));
        lab.driver().create("three", "");
        CPPUNIT_ASSERT_EQUAL(size_t(1), heard.size());
    }

    void aFullPoolSaysSoAndGoesOnWhenThereIsSpace() {
        Lab lab("ext4", {"dm.loopdatasize=256m"});
        lab.driver().create("small", "");
        lab.write("small", "file", "safe");
        lab.driver().create("large", "");
        CPPUNIT_ASSERT(fill(lab, "large"));
        expectError(ErrorKind::Unavailable, "no space left", [&] { lab.driver().create("x", ""); });
        CPPUNIT_ASSERT(!lab.driver().exists("x"));
        lab.driver().remove("large");
        lab.driver().create("x", "small");
        expectEqual("safe", lab.read("x", "file"));
    }

    void takesDevices() {
        const Disk data(off_t(1) << 30), metadata(16 << 20);
        {
            Lab lab("ext4", {"dm.datadev=" + data.path(), "dm.metadatadev=" + metadata.path()});
            lab.driver().create("one", "");
            expectEqual(data.path(), lab.row("Data file"));
            expectEqual(metadata.path(), lab.row("Metadata file"));
            expectEqual("1.074 GB", lab.row("Data Space Total"));
            CPPUNIT_ASSERT(!exists(joinPath(lab.root(), "pool/data")));
        }
    }

    void takesAPoolThatIsThere() {
        const Disk data(off_t(1) << 30), metadata(16 << 20);
        const kernel::DeviceMapper mapper;
        const std::string name = "ctrd-test-pool-" + std::to_string(getpid());
        mapper.create(name,
                      devicemapper::poolTable(
                          {data.path(), metadata.path(), uint64_t(1) << 30, 128 << 10}, true));
        {
            Lab lab("ext4", {"dm.thinpooldev=/dev/mapper/" + name});
            lab.driver().create("one", "");
            expectEqual(name, lab.row("Pool Name"));
            expectEqual("131.1 kB", lab.row("Pool Blocksize"));
        }
        CPPUNIT_ASSERT(mapper.info(name).exists);
        mapper.remove(name);
    }

    void aStartThatFailsLeavesNothing() {
        const std::pair<std::vector<std::string>, const char*> wrong[] = {
            {{"dm.thinpooldev=no-such-pool"}, "dm.thinpooldev=no-such-pool"},
            {{"dm.datadev=/dev/no-such"}, "dm.datadev=/dev/no-such"},
            {{"dm.mkfsarg=--nonsense", "dm.loopdatasize=512m", "dm.basesize=256m"}, "file system"},
        };
        const kernel::DeviceMapper mapper;
        for (const auto& [options, said] : wrong) {
            const TempDir dir("/var/tmp");
            const size_t before = mapper.list().size();
            try {
                const DevicemapperDriver driver(dir.path(), options);
                CPPUNIT_FAIL("it started");
            } catch (const Error& e) {
                CPPUNIT_ASSERT_MESSAGE(e.what(),
                                       std::string(e.what()).find(said) != std::string::npos);
            }
            CPPUNIT_ASSERT(listDir(dir.path()).empty());
            CPPUNIT_ASSERT_EQUAL(before, mapper.list().size());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ThinPoolTest);

} // namespace ctrd::storage

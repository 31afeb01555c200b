// Archives of a million entries and of gigabytes of nothing, and disks that are full.

#include "base/error.h"
#include "root/storage/lab.h"
#include "storage/vfs/driver.h"
#include "unit/archive/compress.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/resource.h>

namespace ctrd::storage::testing {

using archive::testing::RawTar;
using ctrd::testing::expectEqual;
using ctrd::testing::expectError;

namespace {

// gzip that goes on for `size` bytes of zeros behind `beginning`, as members of 16 MiB each.
std::string zerosBehind(const std::string& beginning, int64_t size) {
    constexpr int64_t kMember = 16 << 20;
    static const std::string member = ctrd::testing::gzip(std::string(kMember, '\0'));
    std::string all = ctrd::testing::gzip(beginning);
    for (int64_t done = 0; done < size; done += kMember)
        all += member;
    return all;
}

// Entries one after the other without keeping them: a regular file each.
class ManyEntries : public archive::Source {
public:
    explicit ManyEntries(int count) : count_(count) {}

    size_t read(void* buffer, size_t size) override {
        if (text_.empty() && !more()) return 0;
        const size_t n = std::min(size, text_.size() - at_);
        std::memcpy(buffer, text_.data() + at_, n);
        at_ += n;
        if (at_ == text_.size()) text_.clear();
        return n;
    }

private:
    int count_, next_ = 0;
    std::string text_;
    size_t at_ = 0;

    bool more() {
        if (next_ == count_) return false;
        RawTar tar;
        for (int i = 0; i < 1000 && next_ < count_; ++i, ++next_)
            tar.add('0', "d" + std::to_string(next_ / 1000) + "/file" + std::to_string(next_));
        text_ = tar.open();
        at_ = 0;
        return true;
    }
};

long peakOfChildren() {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_maxrss; // KiB
}

std::unique_ptr<DiffDriver> makeVfs(const std::string& root) {
    return std::make_unique<VfsDriver>(root);
}

} // namespace

class LimitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LimitsTest);
    CPPUNIT_TEST(aMillionEntries);
    CPPUNIT_TEST(gigabytesOfZeros);
    CPPUNIT_TEST(fullDiskWhileRegistering);
    CPPUNIT_TEST(fullDiskWhileMakingContainers);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<LoopFileSystem> disk_;
    std::unique_ptr<StoreBox> box_;

    // A store on a small disk of its own; false where this machine cannot have one.
    bool openSmall(int64_t megabytes) {
        try {
            disk_ = std::make_unique<LoopFileSystem>("ext4", megabytes);
        } catch (const Error& e) {
            std::printf("a full disk is not tried: %s\n", e.what());
            return false;
        }
        box_ = std::make_unique<StoreBox>(disk_->path(), makeVfs);
        return true;
    }

public:
    void setUp() override { prepareProcess(); }
    void tearDown() override {
        box_.reset();
        disk_.reset();
    }

    void aMillionEntries() {
        constexpr int kEntries = 1000000;
        box_ = std::make_unique<StoreBox>();
        ManyEntries tar(kEntries);
        try {
            const Layer layer = box_->store().registerLayer(tar, {});
            CPPUNIT_ASSERT(exists(joinPath(box_->tree(layer.cacheId), "d999/file999999")));
            box_->store().release(layer.chainId);
        } catch (const SystemError& e) {
            // A disk with fewer inodes says so.
            CPPUNIT_ASSERT_EQUAL_MESSAGE(e.what(), ENOSPC, e.errorNumber());
        }
        expectEqual("", box_->leftovers());
        constexpr long kMost = 256 * 1024;
        CPPUNIT_ASSERT(peakOfChildren() < kMost);
    }

    // Four of them in four megabytes: they stop at the end of the disk, and nothing of them stays.
    void gigabytesOfZeros() {
        if (!openSmall(32)) return;
        const int64_t free = disk_->free(), size = int64_t{4} << 30;
        const std::string bomb = zerosBehind(RawTar().claim('0', "zeros", size).open(), size);
        CPPUNIT_ASSERT(bomb.size() < 8 << 20);
        expectError(ErrorKind::Internal, "cannot unpack 'zeros': ", [&] { box_->add(bomb); });
        expectError(ErrorKind::Internal, "No space left on device", [&] { box_->add(bomb); });
        expectEqual("", box_->leftovers());
        CPPUNIT_ASSERT_EQUAL(free, disk_->free());
        CPPUNIT_ASSERT(peakOfChildren() < 256 * 1024);
    }

    void fullDiskWhileRegistering() {
        if (!openSmall(16)) return;
        const Layer base = box_->add(tarOf({{"a", "1"}}));
        const int64_t free = disk_->free();
        const std::string large = tarOf({{"large", std::string(20 << 20, 'x')}});
        expectError(ErrorKind::Internal, "'large': cannot write: No space left on device",
                    [&] { box_->add(large, base); });
        CPPUNIT_ASSERT_EQUAL(size_t(1), box_->store().list().size());
        CPPUNIT_ASSERT_EQUAL(free, disk_->free());
        // Where there are no more inodes, or the headers alone do not fit.
        ManyEntries many(200000);
        expectError(ErrorKind::Internal, "No space left on device",
                    [&] { box_->store().registerLayer(many, base.chainId); });
        CPPUNIT_ASSERT_EQUAL(free, disk_->free());
        const Layer small = box_->add(tarOf({{"b", "2"}}), base);
        CPPUNIT_ASSERT(box_->tarOf(small) == tarOf({{"b", "2"}}));
        box_->store().release(small.chainId);
        box_->store().release(base.chainId);
        expectEqual("", box_->leftovers());
    }

    void fullDiskWhileMakingContainers() {
        if (!openSmall(16)) return;
        const Layer base = box_->add(tarOf({{"large", std::string(6 << 20, 'x')}}));
        const int64_t free = disk_->free();
        expectError(ErrorKind::Internal, "No space left on device", [&] {
            for (int i = 0; i < 3; ++i)
                box_->store().createContainerLayer("c" + std::to_string(i), base.chainId);
        });
        for (const auto& id : box_->store().containerIds())
            box_->store().removeContainerLayer(id);
        CPPUNIT_ASSERT_EQUAL(free, disk_->free());
        box_->store().createContainerLayer("again", base.chainId);
        box_->store().removeContainerLayer("again");
        box_->store().release(base.chainId);
        expectEqual("", box_->leftovers());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LimitsTest);

} // namespace ctrd::storage::testing

#include "storage/devicemapper/pool.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/loop.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace ctrd::storage::devicemapper {

namespace {

constexpr const char* kTransactionFile = "transaction.json";

// One of the two devices below a pool.
struct Backing {
    std::string path;
    std::unique_ptr<kernel::LoopDevice> loop; // until the pool itself has it open
};

uint64_t sizeOfDevice(const std::string& path) {
    const Fd device = openFile(path, O_RDONLY);
    uint64_t bytes = 0;
    if (ioctl(device.get(), BLKGETSIZE64, &bytes) < 0)
        throw SystemError("get the size of '" + path + "'");
    return bytes;
}

void checkDevice(const std::string& option, const std::string& path) {
    struct stat st {};
    if (stat(path.c_str(), &st) < 0 || !S_ISBLK(st.st_mode))
        throw invalidArgument("--storage-opt " + option + "=" + path +
                              ": there is no such block device");
}

// Made where it is not there, and made longer, never shorter.
void makeSparse(const std::string& path, uint64_t bytes) {
    const Fd file = openFile(path, O_RDWR | O_CREAT, 0600);
    struct stat st {};
    if (fstat(file.get(), &st) < 0) throw SystemError("look at '" + path + "'");
    if (static_cast<uint64_t>(st.st_size) >= bytes) return;
    if (ftruncate(file.get(), static_cast<off_t>(bytes)) < 0)
        throw SystemError("make '" + path + "' " + std::to_string(bytes) + " bytes long");
}

Backing backing(const std::string& option, const std::string& device, const std::string& file,
                uint64_t bytes) {
    if (!device.empty()) {
        checkDevice(option, device);
        return {device, nullptr};
    }
    makeSparse(file, bytes);
    auto loop = std::make_unique<kernel::LoopDevice>(kernel::LoopDevice::attach(file));
    std::string path = loop->path();
    return {path, std::move(loop)};
}

bool isMissing(const SystemError& e) {
    return e.errorNumber() == ENODATA || e.errorNumber() == ENXIO || e.errorNumber() == ENOENT;
}

} // namespace

ThinPool::ThinPool(const kernel::DeviceMapper& mapper, std::string directory,
                   const std::string& name, const Options& options)
    : mapper_(mapper), directory_(std::move(directory)), name_(name) {
    if (!options.thinPoolDevice.empty()) {
        name_ = baseName(options.thinPoolDevice);
        ours_ = false;
    }
    const bool isNew = !exists(directory_);
    makeDirs(directory_, 0700);
    try {
        open(options);
    } catch (...) {
        if (isNew) {
            close();
            removeTree(directory_);
        }
        throw;
    }
}

void ThinPool::open(const Options& options) {
    kernel::DmInfo info = mapper_.info(name_);
    if (!info.exists && !ours_)
        throw invalidArgument("--storage-opt dm.thinpooldev=" + options.thinPoolDevice +
                              ": there is no such device of device-mapper; make a pool first "
                              "(lvcreate --type thin-pool)");
    if (!info.exists) make(options);
    info = mapper_.info(name_);
    if (info.suspended) mapper_.resume(name_);
    number_ = std::to_string(info.major) + ":" + std::to_string(info.minor);
    try {
        blockBytes_ = blockBytesOf(mapper_.table(name_));
    } catch (const Error& e) {
        if (ours_) throw;
        throw invalidArgument("--storage-opt dm.thinpooldev=" + options.thinPoolDevice + ": " +
                              e.what());
    }
    readTransaction();
}

void ThinPool::make(const Options& options) {
    const Backing metadata = backing("dm.metadatadev", options.metadataDevice,
                                     joinPath(directory_, "metadata"), options.loopMetadataSize);
    const Backing data = backing("dm.datadev", options.dataDevice, joinPath(directory_, "data"),
                                 options.loopDataSize);
    const PoolParts parts = {data.path, metadata.path, sizeOfDevice(data.path), options.blockSize};
    try {
        mapper_.create(name_, poolTable(parts, true));
        return;
    } catch (const SystemError& e) {
        log::debug(std::string("without error_if_no_space: ") + e.what());
    }
    try {
        mapper_.create(name_, poolTable(parts, false));
    } catch (const SystemError& e) {
        throw internalError("cannot make thin pool '" + name_ + "' of '" + data.path + "' and '" +
                            metadata.path + "': " + e.what() +
                            "; the kernel's log says more (metadata of something else is wiped "
                            "with: dd if=/dev/zero bs=4096 count=1 of=" +
                            metadata.path + ")");
    }
}

// The file is written before the pool's own note: a pool that is behind missed the last change, one
// that is further is none of ours.
void ThinPool::readTransaction() {
    const std::string file = joinPath(directory_, kTransactionFile);
    const uint64_t inPool = status().transaction;
    uint64_t noted = 0;
    if (exists(file))
        noted = static_cast<uint64_t>(getInt(parseJson(readFile(file), file), "transaction"));
    interrupted_ = noted != inPool;
    if (exists(file) && interrupted_)
        log::warn("thin pool '" + name_ + "' is at transaction " + std::to_string(inPool) +
                  ", its records at " + std::to_string(noted) +
                  ": looking for devices that were not finished");
    *transaction_.lock() = inPool;
}

PoolStatus ThinPool::status() const {
    return parsePoolStatus(mapper_.status(name_), blockBytes_);
}

ThinPool::Part ThinPool::partOf(const std::string& number) const {
    char target[256] = "";
    const std::string link = joinPath("/sys/dev/block", number);
    const ssize_t length = readlink(link.c_str(), target, sizeof target - 1);
    if (length <= 0) return {number, ""};
    const std::string device = joinPath("/dev", baseName(target));
    return {device, kernel::fileOfLoop(device)};
}

ThinPool::Part ThinPool::data() const {
    return partOf(dataDeviceOf(mapper_.table(name_)));
}

ThinPool::Part ThinPool::metadata() const {
    return partOf(metadataDeviceOf(mapper_.table(name_)));
}

bool ThinPool::isSparse() const {
    return !data().file.empty();
}

uint64_t ThinPool::available(const PoolStatus& status) const {
    uint64_t free = status.dataTotal - std::min(status.dataUsed, status.dataTotal);
    const std::string file = data().file;
    struct statvfs below {};
    if (!file.empty() && statvfs(file.c_str(), &below) == 0)
        free = std::min<uint64_t>(free, uint64_t(below.f_bavail) * below.f_frsize);
    return free;
}

uint64_t ThinPool::nextTransaction() const {
    return *transaction_.lock() + 1;
}

void ThinPool::noteTransaction(uint64_t transaction) const {
    writeFileAtomic(joinPath(directory_, kTransactionFile),
                    dumpJson({{"transaction", transaction}}));
}

void ThinPool::change(const std::string& message) {
    const auto transaction = transaction_.lock();
    const uint64_t next = *transaction + 1;
    noteTransaction(next);
    try {
        mapper_.message(name_, message);
    } catch (...) {
        noteTransaction(*transaction);
        throw;
    }
    mapper_.message(
        name_, "set_transaction_id " + std::to_string(*transaction) + " " + std::to_string(next));
    *transaction = next;
}

void ThinPool::createThin(uint32_t device) {
    change("create_thin " + std::to_string(device));
}

void ThinPool::createSnapshot(uint32_t device, uint32_t origin) {
    change("create_snap " + std::to_string(device) + " " + std::to_string(origin));
}

void ThinPool::deleteDevice(uint32_t device) {
    try {
        change("delete " + std::to_string(device));
    } catch (const SystemError& e) {
        if (!isMissing(e)) throw;
    }
}

void ThinPool::close() noexcept {
    if (!ours_) return;
    try {
        if (mapper_.info(name_).exists) mapper_.remove(name_);
    } catch (const std::exception& e) {
        log::debug("thin pool '" + name_ + "' stays: " + e.what());
    }
}

} // namespace ctrd::storage::devicemapper

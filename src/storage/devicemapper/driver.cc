#include "storage/devicemapper/driver.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/size.h"
#include "kernel/detached_mount.h"
#include "kernel/device_mapper.h"
#include "storage/devicemapper/devices.h"
#include "storage/devicemapper/file_system.h"
#include "storage/devicemapper/options.h"
#include "storage/devicemapper/pool.h"
#include "storage/devicemapper/records.h"
#include "storage/devicemapper/watch.h"

#include <cerrno>
#include <functional>
#include <memory>
#include <mutex>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace ctrd::storage {

namespace {

using namespace devicemapper;

constexpr const char* kBase = Records::kBase;
// After a power cut, so many numbers beyond the last one noted are looked at.
constexpr uint32_t kUnnoted = 16;

// A name for what belongs to `root` that no other directory of this host gives.
std::string nameFor(const std::string& prefix, const std::string& root) {
    struct stat st {};
    if (stat(root.c_str(), &st) < 0) throw SystemError("look at '" + root + "'");
    return prefix + std::to_string(major(st.st_dev)) + ":" + std::to_string(minor(st.st_dev)) +
           "-" + std::to_string(st.st_ino);
}

const Options& checked(const kernel::DeviceMapper& mapper, const Options& options) {
    for (const char* target : {"thin-pool", "thin"})
        if (!mapper.hasTarget(target))
            throw notSupported(
                std::string("device-mapper of this kernel has no target ") + target +
                ": modprobe dm-thin-pool, or a kernel with CONFIG_DM_THIN_PROVISIONING "
                "(EL6.4 or newer)");
    if (options.removeOnClose && !mapper.canRemoveOnClose())
        throw notSupported(
            "--storage-opt dm.use_deferred_removal: libdevmapper 1.02.90 or newer is needed, this "
            "is " +
            mapper.libraryVersion());
    needFileSystem(options.fileSystem);
    return options;
}

void discardAll(const std::string& node, uint64_t bytes) {
    const Fd device = openFile(node, O_RDWR);
    uint64_t range[2] = {0, bytes};
    if (ioctl(device.get(), BLKDISCARD, range) < 0 && errno != EOPNOTSUPP)
        log::warn(SystemError("give back the space of '" + node + "'").what());
}

// A mounted tree; its mount goes before its device does.
struct MountedTree {
    std::shared_ptr<void> device;
    Fd root;
};

class ThinTrees : public Driver {
public:
    ThinTrees(const std::string& root, const Options& options)
        : options_(checked(mapper_, options)),
          root_(root),
          pool_(mapper_, joinPath(root, "pool"), nameFor("ctrd-pool-", root), options_),
          records_(joinPath(root, "devices")),
          devices_(mapper_, nameFor("ctrd-", root) + "-", pool_.number(), options_.removeOnClose),
          stage_(joinPath(root, "stage")) {
        makeDirs(stage_, 0700);
        recover();
        if (!records_.find(kBase)) makeBase();
        const DeviceRecord base = *records_.find(kBase);
        if (base.fileSystem != options_.fileSystem || base.bytes != options_.baseSize)
            log::warn("the pool's trees are " + humanSizeBinary(static_cast<double>(base.bytes)) +
                      " of " + base.fileSystem +
                      " and stay so: dm.fs and dm.basesize count when a pool is made");
        watch_ = std::make_unique<Watch>(pool_);
    }

    std::string name() const override { return "devicemapper"; }
    std::vector<std::pair<std::string, std::string>> status() const override;
    void create(const std::string& id, const std::string& parent) override;
    bool exists(const std::string& id) const override { return records_.find(id).has_value(); }
    kernel::MountSpec mountOf(const std::string& id, const std::string& label) const override;
    void released(const std::string& id) override {
        if (exists(id)) devices_.giveBack(id);
    }
    void remove(const std::string& id) override;
    void cleanup() override { recover(); }
    void onWarning(const std::function<void(const std::string& sentence)>& listener) override {
        watch_->tell(listener);
    }
    std::vector<std::string> ids() const override;
    OpenTree openTree(const std::string& id) const override;

private:
    kernel::DeviceMapper mapper_;
    Options options_;
    std::string root_;
    ThinPool pool_;
    Records records_;
    mutable Devices devices_;
    std::string stage_;
    std::mutex changing_; // one change of the pool at a time, in the order of its transactions
    std::unique_ptr<Watch> watch_;

    DeviceRecord recordOf(const std::string& id) const;
    kernel::MountSpec specOf(const std::string& id, const DeviceRecord& record,
                             const std::string& label) const;
    DeviceRecord beginDevice(const std::string& id, DeviceRecord record,
                             const std::function<void(uint32_t device)>& make);
    void makeBase();
    void dropDevice(const std::string& id, const DeviceRecord& record);
    void recover();
    void compareWithPool();
};

DeviceRecord ThinTrees::recordOf(const std::string& id) const {
    const auto record = records_.find(id);
    if (!record) throw notFound("tree '" + id + "' of the devicemapper driver does not exist");
    return *record;
}

// Notes the device as unfinished, then has it made.  A number that the pool knows and the records
// do not is a device that a power cut took from the records.
DeviceRecord ThinTrees::beginDevice(const std::string& id, DeviceRecord record,
                                    const std::function<void(uint32_t device)>& make) {
    const std::string why = whyUnusable(pool_.status(), pool_.name());
    if (!why.empty()) throw unavailable(why);
    const std::lock_guard<std::mutex> lock(changing_);
    record.transaction = pool_.nextTransaction();
    record = records_.begin(id, record);
    try {
        try {
            make(record.device);
        } catch (const SystemError& e) {
            if (e.errorNumber() != EEXIST) throw;
            pool_.deleteDevice(record.device);
            make(record.device);
        }
    } catch (...) {
        records_.drop(id);
        throw;
    }
    return record;
}

void ThinTrees::makeBase() {
    log::info("making the file system that all trees start from (" + options_.fileSystem + ", " +
              humanSizeBinary(static_cast<double>(options_.baseSize)) + ")");
    const DeviceRecord wanted = {0, options_.baseSize, 0, options_.fileSystem};
    const DeviceRecord record =
        beginDevice(kBase, wanted, [&](uint32_t device) { pool_.createThin(device); });
    try {
        const auto active = devices_.use(kBase, record);
        makeFileSystem(devices_.nodeOf(kBase), options_, stage_);
    } catch (...) {
        dropDevice(kBase, record);
        throw;
    }
    records_.finish(kBase);
}

void ThinTrees::create(const std::string& id, const std::string& parent) {
    if (exists(id)) throw conflict("tree '" + id + "' of the devicemapper driver is already there");
    const std::string origin = parent.empty() ? kBase : parent;
    const DeviceRecord from = recordOf(origin);
    beginDevice(id, from, [&](uint32_t device) {
        devices_.whileSuspended(origin, [&] { pool_.createSnapshot(device, from.device); });
    });
    records_.finish(id);
    watch_->look();
}

kernel::MountSpec ThinTrees::specOf(const std::string& id, const DeviceRecord& record,
                                    const std::string& label) const {
    kernel::MountSpec mount;
    mount.type = record.fileSystem;
    mount.source = devices_.nodeOf(id);
    mount.options = mountOptionsOf(record.fileSystem, options_);
    if (!label.empty()) mount.options.push_back("context=\"" + label + "\"");
    return mount;
}

kernel::MountSpec ThinTrees::mountOf(const std::string& id, const std::string& label) const {
    const DeviceRecord record = recordOf(id);
    devices_.lend(id, record);
    return specOf(id, record, label);
}

OpenTree ThinTrees::openTree(const std::string& id) const {
    const DeviceRecord record = recordOf(id);
    auto tree = std::make_shared<MountedTree>();
    tree->device = devices_.use(id, record);
    tree->root = devices_.whileNoneIsSuspended(
        [&] { return kernel::mountDetached(specOf(id, record, ""), stage_); });
    // Not "self": a helper process goes this way, too.
    const std::string path =
        joinPath("/proc", std::to_string(getpid()), "fd", std::to_string(tree->root.get()));
    return {path, tree};
}

void ThinTrees::remove(const std::string& id) {
    const auto record = records_.find(id);
    if (!record) return;
    devices_.close(id);
    records_.unfinish(id);
    dropDevice(id, *record);
}

// The record goes last: as long as it is there, this can be repeated.
void ThinTrees::dropDevice(const std::string& id, const DeviceRecord& record) {
    if (options_.discard.value_or(pool_.isSparse())) {
        try {
            const auto active = devices_.use(id, record);
            discardAll(devices_.nodeOf(id), record.bytes);
        } catch (const SystemError& e) { // one that never got into the pool
            log::debug(e.what());
        }
    }
    devices_.close(id);
    const std::lock_guard<std::mutex> lock(changing_);
    pool_.deleteDevice(record.device);
    records_.drop(id);
}

std::vector<std::string> ThinTrees::ids() const {
    std::vector<std::string> ids;
    for (const auto& [id, record] : records_.whole())
        if (id != kBase) ids.push_back(id);
    return ids;
}

void ThinTrees::recover() {
    devices_.recover();
    for (const auto& [id, record] : records_.unfinished()) {
        log::info("removing the unfinished device of tree '" + id + "'");
        dropDevice(id, record);
    }
    if (pool_.wasInterrupted()) compareWithPool();
    pool_.settled();
}

// A power cut may have kept a change from the records or from the pool.
void ThinTrees::compareWithPool() {
    for (uint32_t device = 1; device <= records_.lastDevice() + kUnnoted; ++device)
        if (!records_.usesDevice(device)) pool_.deleteDevice(device);
    for (const auto& [id, record] : records_.whole()) {
        try {
            devices_.use(id, record);
        } catch (const SystemError& e) {
            log::warn("the pool has lost tree '" + id + "': " + e.what());
            records_.unfinish(id);
            records_.drop(id);
        }
    }
}

std::vector<std::pair<std::string, std::string>> ThinTrees::status() const {
    const PoolStatus now = pool_.status();
    const ThinPool::Part data = pool_.data(), metadata = pool_.metadata();
    const auto size = [](uint64_t bytes) { return humanSize(static_cast<double>(bytes)); };
    const auto word = [](bool yes) { return std::string(yes ? "true" : "false"); };
    std::vector<std::pair<std::string, std::string>> rows = {
        {"Pool Name", pool_.name()},
        {"Pool Blocksize", size(pool_.blockBytes())},
        {"Backing Filesystem", recordOf(kBase).fileSystem},
        {"Data file", data.device},
        {"Metadata file", metadata.device},
        {"Data Space Used", size(now.dataUsed)},
        {"Data Space Total", size(now.dataTotal)},
        {"Data Space Available", size(pool_.available(now))},
        {"Metadata Space Used", size(now.metadataUsed)},
        {"Metadata Space Total", size(now.metadataTotal)},
        {"Metadata Space Available", size(now.metadataTotal - now.metadataUsed)},
        {"Udev Sync Supported", word(mapper_.waitsForUdev())},
        {"Deferred Removal Enabled", word(options_.removeOnClose)},
    };
    if (!data.file.empty()) rows.emplace_back("Data loop file", data.file);
    if (!metadata.file.empty()) rows.emplace_back("Metadata loop file", metadata.file);
    rows.emplace_back("Library Version", mapper_.libraryVersion());
    return rows;
}

// Removes what a start that failed left, so that the directory does not look like one with trees.
std::unique_ptr<Driver> openTrees(const std::string& root, const std::vector<std::string>& given) {
    const Options options = parseOptions(given);
    makeDirs(root, 0700);
    const bool isNew = listDir(root).empty();
    try {
        return std::make_unique<ThinTrees>(root, options);
    } catch (...) {
        if (isNew)
            for (const auto& name : listDir(root))
                removeTree(joinPath(root, name));
        throw;
    }
}

} // namespace

DevicemapperDriver::DevicemapperDriver(const std::string& root,
                                       const std::vector<std::string>& options)
    : NaiveDiff(openTrees(root, options), joinPath(root, "parents")) {}

} // namespace ctrd::storage

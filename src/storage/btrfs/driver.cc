#include "storage/btrfs/driver.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/size.h"
#include "kernel/btrfs.h"
#include "storage/backing.h"
#include "storage/parts.h"

#include <fcntl.h>

namespace ctrd::storage {

namespace {

namespace btrfs = kernel::btrfs;

class BtrfsTrees : public Driver {
public:
    explicit BtrfsTrees(std::string root) : root_(std::move(root)) {
        const std::string parent = dirName(root_);
        if (!btrfs::isBtrfs(parent))
            throw missing("'" + parent + "' lies on " + backingFileSystem(parent) +
                          "; mount a btrfs (mkfs.btrfs DEVICE) where ctrd keeps its files (-g)");
        makeDirs(root_, 0700);
        directory_ = openFile(root_, O_RDONLY | O_DIRECTORY);
        tryOut();
    }

    std::string name() const override { return "btrfs"; }
    std::vector<std::pair<std::string, std::string>> status() const override;

    void create(const std::string& id, const std::string& parent) override {
        if (exists(id)) throw conflict("tree '" + id + "' of the btrfs driver is already there");
        if (parent.empty()) return btrfs::createSubvolume(directory_.get(), id);
        mustExist(parent);
        const Fd source = openFile(pathOf(parent), O_RDONLY | O_DIRECTORY);
        btrfs::createSnapshot(directory_.get(), id, source.get());
    }

    bool exists(const std::string& id) const override {
        return btrfs::isSubvolume(directory_.get(), id);
    }

    kernel::MountSpec mountOf(const std::string& id, const std::string&) const override {
        mustExist(id);
        kernel::MountSpec mount;
        mount.type = "bind";
        mount.source = pathOf(id);
        return mount;
    }

    // Out of sight in one step, because what is nested in it goes first.
    void remove(const std::string& id) override {
        if (!exists(id)) return;
        const std::string part = partOf(root_, id);
        renamePath(pathOf(id), part);
        btrfs::deleteSubvolume(directory_.get(), baseName(part));
    }

    void cleanup() override {
        for (const auto& part : unfinished())
            btrfs::deleteSubvolume(directory_.get(), baseName(part));
    }
    std::vector<std::string> unfinished() const override { return partsIn(root_); }

    std::vector<std::string> ids() const override { return wholeIn(root_); }

    OpenTree openTree(const std::string& id) const override {
        mustExist(id);
        return {pathOf(id), nullptr};
    }

private:
    std::string root_;
    Fd directory_;

    std::string pathOf(const std::string& id) const { return joinPath(root_, id); }
    void mustExist(const std::string& id) const {
        if (!exists(id)) throw notFound("tree '" + id + "' of the btrfs driver does not exist");
    }
    static Error missing(const std::string& what) {
        return notSupported("storage driver btrfs: " + what);
    }

    void tryOut() const {
        const std::string name = baseName(partOf(root_, "probe"));
        try {
            if (btrfs::isSubvolume(directory_.get(), name))
                btrfs::deleteSubvolume(directory_.get(), name);
            btrfs::createSubvolume(directory_.get(), name);
            btrfs::deleteSubvolume(directory_.get(), name);
        } catch (const Error& e) {
            throw missing("no subvolumes in '" + root_ + "': " + e.what() + "; run ctrd as root");
        }
    }
};

std::vector<std::pair<std::string, std::string>> BtrfsTrees::status() const {
    const auto bytes = btrfs::exclusiveBytes(directory_.get());
    if (!bytes) return {{"Backing Filesystem", "btrfs"}, {"Quotas", "disabled"}};
    int64_t sum = 0;
    for (const auto& id : listDir(root_)) {
        const Fd tree(openat(directory_.get(), id.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        const auto found = tree ? bytes->find(btrfs::subvolumeId(tree.get())) : bytes->end();
        if (found != bytes->end()) sum += found->second;
    }
    return {{"Backing Filesystem", "btrfs"},
            {"Quotas", "enabled"},
            {"Unshared Space", humanSizeBinary(static_cast<double>(sum))}};
}

} // namespace

BtrfsDriver::BtrfsDriver(const std::string& root)
    : NaiveDiff(std::make_unique<BtrfsTrees>(joinPath(root, "subvolumes")),
                joinPath(root, "parents")) {}

} // namespace ctrd::storage

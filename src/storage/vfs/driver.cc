#include "storage/vfs/driver.h"

#include "archive/copy.h"
#include "base/error.h"
#include "base/path.h"
#include "storage/backing.h"
#include "storage/parts.h"

namespace ctrd::storage {

namespace {

class VfsTrees : public Driver {
public:
    explicit VfsTrees(std::string root) : root_(std::move(root)) { makeDirs(root_, 0700); }

    std::string name() const override { return "vfs"; }
    std::vector<std::pair<std::string, std::string>> status() const override {
        return {{"Backing Filesystem", backingFileSystem(root_)}};
    }

    void create(const std::string& id, const std::string& parent) override {
        if (exists(id)) throw conflict("tree '" + id + "' of the vfs driver is already there");
        if (!parent.empty() && !exists(parent))
            throw notFound("tree '" + parent + "' of the vfs driver does not exist");
        const std::string part = partOf(root_, id);
        removeTree(part);
        makeDir(part);
        try {
            if (!parent.empty()) archive::copyTree(dirOf(parent), part);
            renamePath(part, dirOf(id));
        } catch (...) {
            removeTree(part);
            throw;
        }
    }

    bool exists(const std::string& id) const override { return isDirectory(dirOf(id)); }

    kernel::MountSpec mountOf(const std::string& id, const std::string&) const override {
        if (!exists(id)) throw notFound("tree '" + id + "' of the vfs driver does not exist");
        kernel::MountSpec mount;
        mount.type = "bind";
        mount.source = dirOf(id);
        return mount;
    }

    // Out of sight in one step: a half-removed tree must not pass for a whole one.
    void remove(const std::string& id) override {
        if (!exists(id)) return;
        const std::string part = partOf(root_, id);
        renamePath(dirOf(id), part);
        removeTree(part);
    }

    void cleanup() override {
        for (const auto& path : unfinished())
            removeTree(path);
    }

    std::vector<std::string> unfinished() const override { return partsIn(root_); }
    std::vector<std::string> ids() const override { return wholeIn(root_); }

    OpenTree openTree(const std::string& id) const override {
        if (!exists(id)) throw notFound("tree '" + id + "' of the vfs driver does not exist");
        return {dirOf(id), nullptr};
    }

private:
    std::string root_;
    std::string dirOf(const std::string& id) const { return joinPath(root_, id); }
};

} // namespace

VfsDriver::VfsDriver(const std::string& root)
    : NaiveDiff(std::make_unique<VfsTrees>(joinPath(root, "dir")), joinPath(root, "parents")) {}

} // namespace ctrd::storage

#include "storage/overlay/driver.h"

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "storage/backing.h"
#include "storage/overlay/probe.h"

#include <cerrno>

namespace ctrd::storage {

namespace {

// The kernel takes more lower layers, but Docker's limit is what images keep to.
constexpr size_t kMaxParents = 127;

} // namespace

// A directory on which overlay works.
OverlayDriver::Probed OverlayDriver::probed(const std::string& root) {
    makeDirs(root, 0700);
    const bool hasTrees = listDir(root).size() > 1; // it worked here before
    try {
        return {root, overlay::probe(root)};
    } catch (const SystemError& e) {
        if (e.errorNumber() != ENOSPC || !hasTrees) throw;
        log::warn(std::string("overlay is not tried out: ") + e.what());
        return {root};
    }
}

OverlayDriver::OverlayDriver(const std::string& root) : OverlayDriver(probed(root)) {}

OverlayDriver::OverlayDriver(Probed probed)
    : StackedTrees(std::move(probed.root),
                   {archive::Marks::Overlay, archive::Whiteouts::Overlay, kMaxParents}),
      features_(overlay::plainFeatures()),
      knowsVolatile_(probed.knowsVolatile) {}

std::vector<std::pair<std::string, std::string>> OverlayDriver::status() const {
    return {{"Backing Filesystem", backingFileSystem(root())}, {"Supports d_type", "true"}};
}

void OverlayDriver::furnish(const std::string& part) {
    makeDir(joinPath(part, "work"), 0700);
}

kernel::MountSpec OverlayDriver::mountOf(const std::string& id, const std::string& label) const {
    mustExist(id);
    const auto parents = parentsOf(id);
    if (parents.empty()) return bindOf(id); // overlay wants at least one lower directory
    // The kernel's mark of a volatile mount before; it refuses another one beside it.
    removeTree(joinPath(root(), id, "work/work/incompat"));
    kernel::MountSpec mount;
    mount.type = mount.source = "overlay";
    mount.options = {"lowerdir=" + join(parents, ":"), "upperdir=" + joinPath(id, "diff"),
                     "workdir=" + joinPath(id, "work")};
    mount.options.insert(mount.options.end(), features_.begin(), features_.end());
    if (!label.empty()) mount.options.push_back("context=\"" + label + "\"");
    mount.workingDirectory = root();
    return mount;
}

void OverlayDriver::forgoSyncs(kernel::MountSpec& mount) const {
    if (knowsVolatile_ && mount.type == "overlay") mount.options.push_back("volatile");
}

std::vector<std::pair<std::string, std::string>> OverlayDriver::placesOf(
    const std::string& id) const {
    mustExist(id);
    std::vector<std::pair<std::string, std::string>> places;
    auto parents = parentsOf(id);
    for (auto& parent : parents)
        parent = joinPath(root(), parent);
    if (!parents.empty()) places.emplace_back("LowerDir", join(parents, ":"));
    places.emplace_back("UpperDir", upperOf(id));
    places.emplace_back("WorkDir", joinPath(root(), id, "work"));
    return places;
}

} // namespace ctrd::storage

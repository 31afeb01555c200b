#include "archive/container_tree.h"
#include "archive/pushed_source.h"
#include "archive/unpack.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "engine/engine_impl.h"
#include "storage/layer_store.h"

namespace ctrd::engine {

namespace {

// In a container's directory as long as it has no record: the anonymous volumes made for it, which
// nobody would know of after a crash.
constexpr const char* kNewVolumes = "new-volumes.json";

volume::Volume volumeOf(const MountPoint& point) {
    volume::Volume volume;
    volume.name = point.name;
    volume.driver = point.driver;
    volume.labels = point.labels;
    volume.options = point.options;
    if (point.anonymous) volume.labels[volume::kAnonymousLabel] = "";
    return volume;
}

void noteNewVolumes(const std::string& directory, const std::vector<MountPoint>& mounts) {
    Json names = Json::array();
    for (const auto& point : mounts)
        if (point.anonymous && point.mount.source.empty()) names.push_back(point.name);
    if (!names.empty()) writeFileAtomic(joinPath(directory, kNewVolumes), dumpJson(names));
}

// What the image has where the volume will be, its owner and mode included.
void copyUp(const archive::ContainerTree& tree, const std::string& path,
            const std::string& directory) {
    archive::PushedSource content(
        [&](archive::Sink& out) { archive::readPath(tree, joinPath(path, "."), false, out); });
    archive::UnpackOptions options;
    options.whiteouts = archive::Whiteouts::None;
    try {
        archive::applyArchive(directory, content, options);
    } catch (const Error& e) {
        if (e.kind() == ErrorKind::NotFound) return; // the image has nothing there
        throw Error(e.kind(),
                    "cannot put into a volume what the image has at '" + path + "': " + e.what());
    }
}

} // namespace

std::vector<MountPoint> EngineImpl::mountPointsOf(const ContainerRecord& record) const {
    return engine::mountPointsOf(
        record.config, record.hostConfig, [this](const std::string& other) {
            return ContainerRecord(containers.find(other)->lock()->record).mounts;
        });
}

std::vector<volume::Store::Lease> EngineImpl::openVolumes(const std::string& directory,
                                                          std::vector<MountPoint>& mounts,
                                                          Undo& undo) {
    std::vector<volume::Store::Lease> leases;
    noteNewVolumes(directory, mounts);
    for (auto& point : mounts) {
        if (!point.isVolume()) continue;
        leases.push_back(createVolume(volumeOf(point)));
        if (leases.back().isNew())
            undo.add([this, name = point.name] { removeUnusedVolume(name); });
        point.driver = volumes.get(point.name).driver;
        point.mount.source = volumes.mountPoint(point.name);
    }
    return leases;
}

void EngineImpl::fillVolumes(const ContainerRecord& record,
                             const std::vector<volume::Store::Lease>& leases) {
    archive::ContainerTree tree;
    tree.rootfs = layers.mountOf(record.id, "");
    auto lease = leases.begin();
    for (const auto& point : record.mounts) {
        if (!point.isVolume()) continue;
        const auto& held = *lease++;
        if (!point.copyUp) continue;
        volumes.fill(
            held, [this](const std::string& name) { return volumeUsers(name); },
            [&](const std::string& directory) { copyUp(tree, point.mount.target, directory); });
    }
}

void EngineImpl::forgetNewVolumes(const std::string& directory) {
    removePath(joinPath(directory, kNewVolumes));
}

void EngineImpl::sweepNewVolumes(const std::string& directory) {
    const std::string path = joinPath(directory, kNewVolumes);
    if (!exists(path)) return;
    for (const auto& name : parseJson(readFile(path), path))
        removeUnusedVolume(name.get<std::string>());
}

void EngineImpl::removeAnonymousVolumes(const ContainerRecord& record) {
    for (const auto& point : record.mounts)
        if (point.anonymous) removeUnusedVolume(point.name, record.id);
}

} // namespace ctrd::engine

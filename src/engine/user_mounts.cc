#include "engine/user_mounts.h"

#include "base/error.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/path.h"
#include "engine/command_builder.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ctrd::engine {

namespace {

kernel::MountSpec volumeMount(const std::string& target, bool readOnly) {
    kernel::MountSpec mount;
    mount.type = "bind";
    mount.target = cleanPath(target);
    mount.options = {"rbind", "rprivate"};
    if (readOnly) mount.options.emplace_back("ro");
    return mount;
}

MountPoint anonymousVolume(const std::string& target, const std::string& driver) {
    MountPoint point;
    point.type = "volume";
    point.name = newId();
    point.driver = driver;
    point.anonymous = point.copyUp = true;
    point.mount = volumeMount(target, false);
    return point;
}

// Of -v.
MountPoint mountPointOf(const spec::Bind& bind, const std::string& driver) {
    if (!bind.isVolume()) {
        MountPoint point;
        point.type = "bind";
        point.mode = bind.mode;
        point.mount = bindMount(bind);
        return point;
    }
    MountPoint point = anonymousVolume(bind.destination, driver);
    if (!bind.source.empty()) {
        point.name = bind.source;
        point.anonymous = false;
    }
    point.mode = bind.mode;
    point.copyUp = !bind.noCopy;
    point.mount = volumeMount(bind.destination, bind.readOnly);
    return point;
}

// Of --mount.
MountPoint mountPointOf(const spec::Mount& wanted) {
    MountPoint point;
    point.type = wanted.type;
    if (wanted.type != "volume") {
        point.mount = mountOf(wanted);
        return point;
    }
    point = anonymousVolume(wanted.target, wanted.volume.driver);
    if (!wanted.source.empty()) {
        point.name = wanted.source;
        point.anonymous = false;
    }
    point.copyUp = !wanted.volume.noCopy;
    point.labels = wanted.volume.labels;
    point.options = wanted.volume.options;
    point.mount = volumeMount(wanted.target, wanted.readOnly);
    return point;
}

class Table {
public:
    explicit Table(const spec::HostConfig& host) {
        for (const auto& tmpfs : host.tmpfs)
            taken_.insert(cleanPath(tmpfs.first));
    }

    void addOwn(MountPoint point) {
        if (!taken_.insert(point.mount.target).second)
            throw invalidArgument("Duplicate mount point: " + point.mount.target);
        points_.push_back(std::move(point));
    }

    bool isTaken(const std::string& target) const { return taken_.count(target) > 0; }

    // Takes the place of one that was inherited before.
    void addInherited(MountPoint point) {
        if (isTaken(point.mount.target)) return;
        inherited_[point.mount.target] = std::move(point);
    }

    void addInheritedToPoints() {
        for (auto& [target, point] : inherited_)
            addOwn(std::move(point));
    }

    std::vector<MountPoint> take() { return std::move(points_); }

private:
    std::set<std::string> taken_;
    std::map<std::string, MountPoint> inherited_;
    std::vector<MountPoint> points_;
};

// A volume that another container has stays what it is there, but for "ro".
void inherit(const std::string& text, const MountPointsOfOther& ofOther, Table& table) {
    const spec::VolumesFrom from = spec::parseVolumesFrom(text);
    for (MountPoint& point : ofOther(from.container)) {
        if (point.type == "tmpfs") continue;
        point.copyUp = false;
        if (from.readOnly && !point.isReadOnly()) point.mount.options.emplace_back("ro");
        table.addInherited(std::move(point));
    }
}

} // namespace

bool MountPoint::isReadOnly() const {
    return std::find(mount.options.begin(), mount.options.end(), "ro") != mount.options.end();
}

std::vector<MountPoint> mountPointsOf(const spec::ContainerConfig& config,
                                      const spec::HostConfig& host,
                                      const MountPointsOfOther& ofOther) {
    Table table(host);
    for (const auto& text : host.binds)
        table.addOwn(mountPointOf(spec::parseBind(text), host.volumeDriver));
    for (const auto& mount : host.mounts)
        table.addOwn(mountPointOf(mount));
    for (const auto& text : host.volumesFrom)
        inherit(text, ofOther, table);
    table.addInheritedToPoints();
    for (const auto& path : config.volumes)
        if (!table.isTaken(cleanPath(path))) table.addOwn(anonymousVolume(path, host.volumeDriver));
    return table.take();
}

Json toJson(const std::vector<MountPoint>& points) {
    Json list = Json::array();
    for (const auto& point : points)
        list.push_back({{"type", point.type},
                        {"name", point.name},
                        {"driver", point.driver},
                        {"mode", point.mode},
                        {"anonymous", point.anonymous},
                        {"mount", kernel::toJson(point.mount)}});
    return list;
}

std::vector<MountPoint> mountPointsFromJson(const Json& json) {
    std::vector<MountPoint> points;
    for (const auto& item : json) {
        MountPoint point;
        point.type = getString(item, "type");
        point.name = getString(item, "name");
        point.driver = getString(item, "driver");
        point.mode = getString(item, "mode");
        point.anonymous = getBool(item, "anonymous");
        point.mount = kernel::mountSpecFromJson(getMember(item, "mount"));
        points.push_back(std::move(point));
    }
    return points;
}

} // namespace ctrd::engine

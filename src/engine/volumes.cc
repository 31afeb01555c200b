#include "base/error.h"
#include "base/ids.h"
#include "engine/engine_impl.h"
#include "volume/usage.h"

#include <algorithm>

namespace ctrd::engine {

namespace {

VolumeView viewOf(const EngineImpl& engine, volume::Volume volume) {
    VolumeView view;
    view.mountPoint = engine.volumes.mountPoint(volume.name);
    view.users = engine.volumeUsers(volume.name);
    view.volume = std::move(volume);
    return view;
}

} // namespace

std::vector<std::string> EngineImpl::volumeUsers(const std::string& name,
                                                 const std::string& except) const {
    std::vector<std::string> users;
    for (const auto& container : containers.all()) {
        if (container->id() == except) continue;
        const auto data = container->lock();
        const auto& mounts = data->record.mounts;
        if (std::any_of(mounts.begin(), mounts.end(), [&](const MountPoint& point) {
                return point.isVolume() && point.name == name;
            }))
            users.push_back(container->id());
    }
    return users;
}

void EngineImpl::emitVolume(const std::string& action, const std::string& name,
                            std::map<std::string, std::string> attributes) {
    Event event;
    event.type = "volume";
    event.action = action;
    event.id = name;
    event.attributes = std::move(attributes);
    event.time = now();
    events.publish(std::move(event));
}

void EngineImpl::emitMounts(const Container& container, const std::string& action) {
    const ContainerRecord record = container.lock()->record;
    for (const auto& point : record.mounts) {
        if (!point.isVolume()) continue;
        std::map<std::string, std::string> attributes = {{"driver", point.driver},
                                                         {"container", record.id}};
        if (action == "mount") {
            attributes["destination"] = point.mount.target;
            attributes["read/write"] = point.isReadOnly() ? "false" : "true";
            attributes["propagation"] = "";
        }
        emitVolume(action, point.name, attributes);
    }
}

volume::Store::Lease EngineImpl::createVolume(const volume::Volume& wanted) {
    volume::Store::Lease lease = volumes.create(wanted);
    if (lease.isNew())
        emitVolume("create", wanted.name, {{"driver", volumes.get(wanted.name).driver}});
    return lease;
}

void EngineImpl::removeVolume(const std::string& name, const std::string& exceptUser) {
    const volume::Volume volume = volumes.get(name);
    volumes.remove(name, [&](const std::string& v) { return volumeUsers(v, exceptUser); });
    emitVolume("destroy", name, {{"driver", volume.driver}});
}

void EngineImpl::removeUnusedVolume(const std::string& name, const std::string& exceptUser) {
    try {
        removeVolume(name, exceptUser);
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::NotFound && e.kind() != ErrorKind::Conflict) throw;
    }
}

std::vector<VolumeView> Engine::volumes() const {
    std::vector<VolumeView> views;
    for (auto& volume : impl_->volumes.list()) {
        try {
            views.push_back(viewOf(*impl_, std::move(volume)));
        } catch (const Error& e) {
            if (e.kind() != ErrorKind::NotFound) throw; // removed meanwhile
        }
    }
    return views;
}

VolumeView Engine::inspectVolume(const std::string& name) const {
    return viewOf(*impl_, impl_->volumes.get(name));
}

VolumeView Engine::createVolume(volume::Volume wanted) {
    if (wanted.name.empty()) {
        wanted.name = newId();
        wanted.labels[volume::kAnonymousLabel] = "";
    }
    const auto lease = impl_->createVolume(wanted);
    return inspectVolume(wanted.name);
}

void Engine::removeVolume(const std::string& name, bool force) {
    try {
        impl_->removeVolume(name);
    } catch (const Error& e) {
        if (!force || e.kind() != ErrorKind::NotFound) throw;
    }
}

int64_t Engine::volumeSize(const std::string& name) const {
    return volume::usedBytes(impl_->volumes.mountPoint(name));
}

} // namespace ctrd::engine

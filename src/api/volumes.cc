#include "api/handlers.h"
#include "api/volume_json.h"
#include "api/wire/filters.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"
#include "spec/json_shapes.h"

namespace ctrd::api {

namespace {

bool wanted(const wire::Filters& filters, const engine::VolumeView& view) {
    const bool dangling = view.users.empty();
    return filters.matchesPattern("name", view.volume.name) &&
           filters.matchesExact("driver", view.volume.driver) &&
           filters.matchesLabels("label", view.volume.labels) &&
           filters.truth("dangling", dangling) == dangling;
}

// Since 1.42 a prune takes those alone that nobody named, unless it is asked for all.
bool prunesNamed(const Context& c, const wire::Filters& filters) {
    return !c.atLeast(42) || filters.truth("all", false);
}

} // namespace

void listVolumes(Context& c) {
    const auto filters = wire::Filters::parse(c.text("filters"));
    filters.requireKnown({"dangling", "name", "driver", "label"});
    Json list = Json::array();
    for (const auto& view : c.engine.volumes()) {
        if (!wanted(filters, view)) continue;
        list.push_back(volumeJson(view));
        wire::shape(wire::Object::Volume, c.version, list.back());
    }
    c.send(200, {{"Volumes", list}, {"Warnings", nullptr}});
}

void createVolume(Context& c) {
    const Json body = c.jsonBody();
    volume::Volume wanted;
    wanted.name = getString(body, "Name");
    wanted.driver = getString(body, "Driver");
    wanted.labels = spec::getStringMap(body, "Labels");
    wanted.options = spec::getStringMap(body, "DriverOpts");
    c.sendShaped(201, wire::Object::Volume, volumeJson(c.engine.createVolume(wanted)));
}

void inspectVolume(Context& c) {
    c.sendShaped(200, wire::Object::Volume, volumeJson(c.engine.inspectVolume(c.name())));
}

void removeVolume(Context& c) {
    c.engine.removeVolume(c.name(), c.flag("force"));
    c.sendNothing(204);
}

void pruneVolumes(Context& c) {
    const auto filters = wire::Filters::parse(c.text("filters"));
    filters.requireKnown({"label", "label!", "all"});
    const bool named = prunesNamed(c, filters);
    const auto pruned = c.engine.pruneVolumes([&](const volume::Volume& volume) {
        return (named || volume.labels.count(volume::kAnonymousLabel) > 0) &&
               filters.matchesLabels("label", volume.labels) &&
               filters.lacksLabels("label!", volume.labels);
    });
    c.send(200, {{"VolumesDeleted", pruned.volumes}, {"SpaceReclaimed", pruned.reclaimed}});
}

} // namespace ctrd::api

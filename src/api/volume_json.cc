#include "api/volume_json.h"

#include "base/json.h"
#include "base/time.h"

namespace ctrd::api {

namespace {

Json mapOrNull(const std::map<std::string, std::string>& map) {
    return map.empty() ? Json() : Json(map);
}

} // namespace

Json volumeJson(const engine::VolumeView& view) {
    return {
        {"Name", view.volume.name},
        {"Driver", view.volume.driver},
        {"Mountpoint", view.mountPoint},
        {"CreatedAt", formatTime(view.volume.created)},
        {"Labels", mapOrNull(view.volume.labels)},
        {"Options", mapOrNull(view.volume.options)},
        {"Scope", "local"},
    };
}

Json volumeUsageJson(const engine::VolumeView& view, int64_t bytes) {
    Json json = volumeJson(view);
    json["UsageData"] = {{"RefCount", view.users.size()}, {"Size", bytes}};
    return json;
}

} // namespace ctrd::api

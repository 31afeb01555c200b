#include "api/container_json.h"
#include "api/handlers.h"
#include "api/image_json.h"
#include "api/image_names.h"
#include "api/volume_json.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

#include <algorithm>
#include <set>

namespace ctrd::api {

namespace {

// What was there when the list was made may be gone now.
template <typename F>
void unlessGone(F look) {
    try {
        look();
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::NotFound) throw;
    }
}

void addImages(const Context& c, Json& answer) {
    const engine::ImagesUsage usage = c.engine.imagesUsage();
    answer["LayersSize"] = usage.layers;
    answer["Images"] = Json::array();
    for (const auto& each : usage.images) {
        Json summary = imageSummaryJson(each.image);
        summary["SharedSize"] = each.shared;
        summary["Containers"] = each.containers;
        wire::shape(wire::Object::ImageSummary, c.version, summary);
        answer["Images"].push_back(std::move(summary));
    }
}

void addContainers(const Context& c, Json& answer) {
    ImageNames names(c.engine.images());
    answer["Containers"] = Json::array();
    for (const auto& view : c.engine.list())
        unlessGone([&] {
            Json summary = containerSummaryJson(view, names.of(view));
            const auto [own, whole] = c.engine.sizes(view.id);
            summary["SizeRw"] = own;
            summary["SizeRootFs"] = whole;
            wire::shape(wire::Object::ContainerSummary, c.version, summary);
            answer["Containers"].push_back(std::move(summary));
        });
}

void addVolumes(const Context& c, Json& answer) {
    answer["Volumes"] = Json::array();
    for (const auto& view : c.engine.volumes())
        unlessGone([&] {
            Json volume = volumeUsageJson(view, c.engine.volumeSize(view.volume.name));
            wire::shape(wire::Object::Volume, c.version, volume);
            answer["Volumes"].push_back(std::move(volume));
        });
}

// Images are not built here, so nothing is kept of building them.
void addBuildCache(const Context&, Json& answer) {
    answer["BuildCache"] = Json::array();
    answer["BuilderSize"] = 0;
}

struct Kind {
    const char* name; // of the parameter `type`, which came with 1.42
    void (*add)(const Context& c, Json& answer);
};
constexpr Kind kKinds[] = {{"image", addImages},
                           {"container", addContainers},
                           {"volume", addVolumes},
                           {"build-cache", addBuildCache}};

std::set<std::string> wantedKinds(const Context& c) {
    std::set<std::string> kinds;
    if (!c.atLeast(42)) return kinds;
    for (const auto& name : c.texts("type")) {
        const bool known = std::any_of(std::begin(kKinds), std::end(kKinds),
                                       [&](const Kind& kind) { return name == kind.name; });
        if (!known) throw invalidArgument("unknown object type: " + name);
        kinds.insert(name);
    }
    return kinds;
}

} // namespace

void diskUsage(Context& c) {
    const auto kinds = wantedKinds(c);
    Json answer = {{"LayersSize", 0},
                   {"Images", nullptr},
                   {"Containers", nullptr},
                   {"Volumes", nullptr},
                   {"BuildCache", nullptr}};
    for (const Kind& kind : kKinds)
        if (kinds.empty() || kinds.count(kind.name) > 0) kind.add(c, answer);
    c.sendShaped(200, wire::Object::DiskUsage, std::move(answer));
}

} // namespace ctrd::api

#include "api/handlers.h"
#include "api/image_json.h"
#include "api/wire/filters.h"
#include "base/json.h"
#include "engine/engine.h"

#include <limits>

namespace ctrd::api {

namespace {

// The filters that every prune has.
class PruneFilter {
public:
    explicit PruneFilter(const wire::Filters& filters) : filters_(filters) {
        for (const auto& moment : filters.get("until"))
            until_ = std::min(until_, parseMoment(moment, now()));
    }

    bool wants(Timestamp created, const std::map<std::string, std::string>& labels) const {
        return created < until_ && filters_.matchesLabels("label", labels) &&
               filters_.lacksLabels("label!", labels);
    }

private:
    const wire::Filters& filters_;
    Timestamp until_ = std::numeric_limits<Timestamp>::max();
};

} // namespace

void pruneContainers(Context& c) {
    const auto filters = wire::Filters::parse(c.text("filters"));
    filters.requireKnown({"until", "label", "label!"});
    const PruneFilter filter(filters);
    const auto pruned = c.engine.pruneContainers([&](const engine::ContainerView& view) {
        return filter.wants(view.created, view.config.labels);
    });
    c.send(200, {{"ContainersDeleted", pruned.containers}, {"SpaceReclaimed", pruned.reclaimed}});
}

void pruneImages(Context& c) {
    const auto filters = wire::Filters::parse(c.text("filters"));
    filters.requireKnown({"dangling", "until", "label", "label!"});
    const PruneFilter filter(filters);
    const auto pruned =
        c.engine.pruneImages(filters.truth("dangling", true), [&](const image::Image& image) {
            return filter.wants(createdTime(image.created), image.config.labels);
        });
    Json deleted = Json::array();
    for (const auto& item : pruned.images)
        deleted.push_back({{item.deleted ? "Deleted" : "Untagged", item.what}});
    c.send(200, {{"ImagesDeleted", deleted}, {"SpaceReclaimed", pruned.reclaimed}});
}

} // namespace ctrd::api

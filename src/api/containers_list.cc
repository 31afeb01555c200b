#include "api/container_filter.h"
#include "api/container_json.h"
#include "api/handlers.h"
#include "api/image_names.h"
#include "base/error.h"
#include "base/json.h"

#include <algorithm>
#include <limits>

namespace ctrd::api {

using engine::ContainerView;
using engine::Status;

namespace {

// The places of the list, newest first, between which a client wants to see.
struct Window {
    size_t begin = 0, end = 0;
};

Window windowOf(const Context& c, const wire::Filters& filters,
                const std::vector<ContainerView>& views) {
    const auto placeOf = [&](const std::string& reference) {
        const std::string id = c.engine.inspect(reference).id;
        const auto found = std::find_if(views.begin(), views.end(),
                                        [&](const ContainerView& v) { return v.id == id; });
        return static_cast<size_t>(found - views.begin());
    };
    const auto wanted = [&](const char* name) {
        const auto& values = filters.get(name);
        return values.empty() ? c.text(name) : *values.begin();
    };
    Window window{0, views.size()};
    if (const std::string since = wanted("since"); !since.empty()) window.end = placeOf(since);
    if (const std::string before = wanted("before"); !before.empty())
        window.begin = std::min(placeOf(before) + 1, views.size());
    return window;
}

bool runs(const ContainerView& view) {
    const Status status = view.state.status;
    return status == Status::Running || status == Status::Paused || status == Status::Restarting;
}

} // namespace

void listContainers(Context& c) {
    const auto filters = wire::Filters::parse(c.text("filters"));
    ContainerFilter filter(filters, c.engine);
    const int limit = c.number("limit", -1, std::numeric_limits<int>::max()).value_or(0);
    const bool all = c.flag("all") || limit > 0 || !c.text("since").empty() ||
                     !c.text("before").empty() || filter.wantsStopped();
    const bool size = c.flag("size");
    const auto views = c.engine.list();
    const Window window = windowOf(c, filters, views);
    ImageNames names(c.engine.images());
    Json list = Json::array();
    for (size_t i = window.begin; i < window.end; ++i) {
        if (limit > 0 && list.size() == static_cast<size_t>(limit)) break;
        if ((!all && !runs(views[i])) || !filter.matches(views[i])) continue;
        Json summary = containerSummaryJson(views[i], names.of(views[i]));
        if (size) {
            const auto [own, whole] = c.engine.sizes(views[i].id);
            summary["SizeRw"] = own;
            summary["SizeRootFs"] = whole;
        }
        list.push_back(std::move(summary));
    }
    c.sendShapedList(wire::Object::ContainerSummary, std::move(list));
}

} // namespace ctrd::api

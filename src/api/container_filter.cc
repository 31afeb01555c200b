#include "api/container_filter.h"

#include "api/container_json.h"
#include "api/wire/query.h"
#include "base/error.h"
#include "base/strings.h"

#include <algorithm>
#include <tuple>

namespace ctrd::api {

using engine::ContainerView;
using engine::Status;

namespace {

constexpr const char* kStatuses[] = {"created",  "running", "paused", "restarting",
                                     "removing", "exited",  "dead"};
constexpr const char* kHealths[] = {"none", "starting", "healthy", "unhealthy"};

template <size_t N>
void requireAmong(const wire::Filters& filters, const char* name, const char* const (&known)[N]) {
    for (const auto& value : filters.get(name))
        if (std::find(std::begin(known), std::end(known), value) == std::end(known))
            throw invalidArgument(std::string("invalid filter '") + name + "=" + value + "'");
}

// First port, last port, protocol of "8000-8080/tcp".
std::tuple<int64_t, int64_t, std::string> portRange(const std::string& text) {
    const auto parts = split(text, '/');
    const auto ends = split(parts[0], '-');
    const std::string protocol = parts.size() > 1 ? parts[1] : "tcp";
    if (parts.size() > 2 || ends.size() > 2) throw invalidArgument("invalid port: '" + text + "'");
    const int64_t first = wire::intValue("port", ends.front(), 0, 65535);
    return {first, wire::intValue("port", ends.back(), first, 65535), protocol};
}

template <typename Keys>
bool anyPortMatches(const std::set<std::string>& filters, const Keys& ports) {
    return filters.empty() || std::any_of(filters.begin(), filters.end(), [&](const auto& filter) {
               return std::any_of(ports.begin(), ports.end(),
                                  [&](const auto& port) { return portMatches(filter, port); });
           });
}

std::set<std::string> publishedPorts(const ContainerView& view) {
    std::set<std::string> ports;
    for (const auto& entry : view.hostConfig.portBindings)
        ports.insert(entry.first);
    return ports;
}

} // namespace

bool portMatches(const std::string& filter, const std::string& port) {
    const auto [wantedFirst, wantedLast, wantedProtocol] = portRange(filter);
    const auto [first, last, protocol] = portRange(port);
    return wantedProtocol == protocol && wantedFirst <= last && first <= wantedLast;
}

ContainerFilter::ContainerFilter(wire::Filters filters, engine::Engine& engine)
    : filters_(std::move(filters)), engine_(engine) {
    filters_.requireKnown({"ancestor", "before", "exited", "expose", "health", "id", "is-task",
                           "isolation", "label", "name", "network", "publish", "since", "status",
                           "volume"});
    requireAmong(filters_, "status", kStatuses);
    requireAmong(filters_, "health", kHealths);
    for (const auto& code : filters_.get("exited"))
        exitCodes_.insert(static_cast<int>(wire::intValue("filter exited", code, -1, 255)));
    for (const char* name : {"expose", "publish"})
        for (const auto& port : filters_.get(name))
            portRange(port);
    for (const auto& reference : filters_.get("ancestor")) {
        try {
            ancestors_.insert(engine_.images().get(reference).id);
        } catch (const Error& e) {
            // An image that is not there has no descendants.
            if (e.kind() != ErrorKind::NotFound) throw;
        }
    }
}

bool ContainerFilter::wantsStopped() const {
    return filters_.has("status") || filters_.has("exited");
}

bool ContainerFilter::matchesExited(const ContainerView& view) const {
    if (exitCodes_.empty()) return true;
    return (view.state.status == Status::Exited || view.state.status == Status::Dead) &&
           exitCodes_.count(view.state.exitCode) > 0;
}

bool ContainerFilter::descends(const std::string& imageId) const {
    std::string id = imageId;
    try {
        while (!id.empty()) {
            if (ancestors_.count(id) > 0) return true;
            id = engine_.images().get(id).parent;
        }
    } catch (const Error&) {
        // The image was removed by force: its line ends here.
    }
    return false;
}

bool ContainerFilter::matchesAncestor(const std::string& imageId) {
    if (!filters_.has("ancestor")) return true;
    const auto known = descendants_.find(imageId);
    if (known != descendants_.end()) return known->second;
    return descendants_[imageId] = descends(imageId);
}

bool ContainerFilter::matchesMounts(const ContainerView& view) const {
    if (!filters_.has("volume")) return true;
    return std::any_of(view.mounts.begin(), view.mounts.end(), [&](const auto& mount) {
        return filters_.matchesExact("volume", mount.name) ||
               filters_.matchesExact("volume", mount.destination);
    });
}

bool ContainerFilter::matchesNetwork(const ContainerView& view) const {
    const std::string name = networkName(view);
    return filters_.matchesExact("network", name) ||
           filters_.matchesExact("network", networkId(name));
}

bool ContainerFilter::matches(const ContainerView& view) {
    return filters_.matchesExact("status", engine::statusName(view.state.status)) &&
           matchesExited(view) && filters_.matchesPattern("id", view.id) &&
           (filters_.matchesPattern("name", "/" + view.name) ||
            filters_.matchesPattern("name", view.name)) &&
           filters_.matchesLabels("label", view.config.labels) &&
           // Health checks are not run: nobody's health is known.
           filters_.matchesExact("health", "none") && filters_.matchesExact("is-task", "false") &&
           matchesMounts(view) && matchesNetwork(view) &&
           anyPortMatches(filters_.get("expose"), view.config.exposedPorts) &&
           anyPortMatches(filters_.get("publish"), publishedPorts(view)) &&
           matchesAncestor(view.imageId);
}

} // namespace ctrd::api

#include "api/event_filter.h"

#include "base/strings.h"

#include <algorithm>

namespace ctrd::api {

namespace {

// Docker's other types stand in the list because clients may ask for them in vain.
constexpr const char* kObjects[] = {"container", "network", "volume", "daemon", "plugin",
                                    "service",   "node",    "secret", "config"};

std::string attribute(const engine::Event& event, const char* name) {
    const auto found = event.attributes.find(name);
    return found == event.attributes.end() ? "" : found->second;
}

std::string withoutTag(const std::string& image) {
    const size_t colon = image.rfind(':');
    const size_t slash = image.rfind('/');
    const bool port = slash != std::string::npos && colon != std::string::npos && colon < slash;
    return colon == std::string::npos || port ? image : image.substr(0, colon);
}

} // namespace

EventFilter::EventFilter(wire::Filters filters, wire::Version version)
    : filters_(std::move(filters)), version_(version) {
    filters_.requireKnown({"type", "event", "image", "label", "scope", "container", "network",
                           "volume", "daemon", "plugin", "service", "node", "secret", "config"});
}

bool EventFilter::matchesAction(const std::string& action) const {
    // "exec_create" asks for "exec_create: sh -c …" too.
    return filters_.matchesExact("event", action) ||
           filters_.matchesExact("event", action.substr(0, action.find(':')));
}

// A filter named as a type speaks about that type's events alone.
bool EventFilter::matchesObject(const char* type, const engine::Event& event) const {
    const auto& values = filters_.get(type);
    if (values.empty()) return true;
    const std::string name = attribute(event, "name");
    return event.type == type &&
           std::any_of(values.begin(), values.end(), [&](const std::string& value) {
               return startsWith(event.id, value) || name == value || "/" + name == value;
           });
}

bool EventFilter::matchesImage(const engine::Event& event) const {
    if (!filters_.has("image")) return true;
    const std::string name = attribute(event, event.type == "image" ? "name" : "image");
    return (event.type == "image" && filters_.matchesExact("image", event.id)) ||
           filters_.matchesExact("image", name) || filters_.matchesExact("image", withoutTag(name));
}

bool EventFilter::matches(const engine::Event& event) const {
    // There were no others before 1.22, and their form says nothing of the type.
    if (version_.minor < 22 && event.type != "container" && event.type != "image") return false;
    return filters_.matchesExact("type", event.type) && filters_.matchesExact("scope", "local") &&
           matchesAction(event.action) && matchesImage(event) &&
           filters_.matchesLabels("label", event.attributes) &&
           std::all_of(std::begin(kObjects), std::end(kObjects),
                       [&](const char* type) { return matchesObject(type, event); });
}

} // namespace ctrd::api

#include "api/event_filter.h"
#include "api/handlers.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

#include <algorithm>

namespace ctrd::api {

namespace {

// How often the client is looked after while nothing happens.
constexpr int64_t kSlice = kSecond / 4;

Json eventJson(const engine::Event& event) {
    Json json = {
        {"Type", event.type},
        {"Action", event.action},
        {"Actor", {{"ID", event.id}, {"Attributes", event.attributes}}},
        {"scope", "local"},
        {"time", event.time / kSecond},
        {"timeNano", event.time},
    };
    if (event.type != "container" && event.type != "image") return json;
    json["status"] = event.action;
    json["id"] = event.id;
    const auto image = event.attributes.find("image");
    if (event.type == "container")
        json["from"] = image == event.attributes.end() ? "" : image->second;
    return json;
}

// The next event, at most a slice and not past `until` waited for.
std::optional<engine::Event> nextEvent(engine::EventSubscription& events, Timestamp until) {
    const int64_t wait = until == 0 ? kSlice : std::min(kSlice, until - now());
    return events.next(std::max<int64_t>(wait, 0));
}

} // namespace

void events(Context& c) {
    const Timestamp since = c.moment("since"), until = c.moment("until");
    if (until != 0 && since > until)
        throw invalidArgument("`since` time (" + c.text("since") + ") is after `until` time (" +
                              c.text("until") + ")");
    const EventFilter filter(wire::Filters::parse(c.text("filters")), c.version);
    const auto subscription = c.engine.subscribe(since);
    c.http.beginStream(200, kJsonType);
    for (;;) {
        const auto event = nextEvent(*subscription, until);
        if (event) {
            if (until != 0 && event->time > until) return;
            if (!filter.matches(*event)) continue;
            Json json = eventJson(*event);
            wire::shape(wire::Object::Event, c.version, json);
            c.http.write(dumpJson(json) + "\n");
            continue;
        }
        if (subscription->closed() || c.http.clientGone()) return;
        if (until != 0 && now() >= until) return;
    }
}

} // namespace ctrd::api

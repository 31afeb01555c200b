#include "api/container_json.h"
#include "api/handlers.h"
#include "base/json.h"
#include "engine/engine.h"

namespace ctrd::api {

void inspectContainer(Context& c) {
    const auto view = c.engine.inspect(c.name());
    Json json = containerJson(view);
    if (c.flag("size")) {
        const auto [own, whole] = c.engine.sizes(view.id);
        json["SizeRw"] = own;
        json["SizeRootFs"] = whole;
    }
    c.sendShaped(200, wire::Object::Container, std::move(json));
}

void topContainer(Context& c) {
    const auto top = c.engine.top(c.name(), c.text("ps_args"));
    c.send(200, {{"Titles", top.titles}, {"Processes", top.processes}});
}

} // namespace ctrd::api

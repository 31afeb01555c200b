#include "api/handlers.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

namespace ctrd::api {

void commitContainer(Context& c) {
    const std::string container = c.text("container");
    if (container.empty()) throw invalidArgument("container: the name of one is wanted");
    engine::CommitRequest request;
    request.name = c.text("repo");
    request.tag = c.text("tag");
    request.comment = c.text("comment");
    request.author = c.text("author");
    request.pause = c.flag("pause", true);
    request.config = spec::containerConfigFromJson(c.jsonBody());
    request.changes = c.texts("changes");
    const std::string id = c.engine.commit(container, request);
    c.sendShaped(201, wire::Object::Image, {{"Id", id}, {"Warnings", Json::array()}});
}

} // namespace ctrd::api

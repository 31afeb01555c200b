#include "api/handlers.h"
#include "api/info_json.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

namespace ctrd::api {

void ping(Context& c) {
    c.http.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
    c.http.setHeader("Pragma", "no-cache");
    c.http.setHeader("Builder-Version", "1");
    c.http.setHeader("Swarm", "inactive");
    c.http.respond(200, kTextType, "OK");
}

void version(Context& c) {
    c.sendShaped(200, wire::Object::Version, versionJson(c.options, c.engine.info()));
}

void info(Context& c) {
    c.sendShaped(200, wire::Object::Info, infoJson(c.options, c.engine.info()));
}

void check(Context& c) {
    c.send(200, c.options.check());
}

void notASwarm(Context&) {
    throw unavailable("This node is not a swarm manager. ctrd has no swarm mode");
}

void listPlugins(Context& c) {
    c.send(200, Json::array());
}

void noSuchPlugin(Context& c) {
    throw notFound("plugin \"" + c.name() + "\" not found");
}

} // namespace ctrd::api

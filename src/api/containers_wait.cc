#include "api/handlers.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

namespace ctrd::api {

namespace {

engine::WaitCondition conditionOf(const Context& c) {
    static constexpr std::pair<const char*, engine::WaitCondition> kConditions[] = {
        {"", engine::WaitCondition::NotRunning},
        {"not-running", engine::WaitCondition::NotRunning},
        {"next-exit", engine::WaitCondition::NextExit},
        {"removed", engine::WaitCondition::Removed},
    };
    if (!c.atLeast(30)) return engine::WaitCondition::NotRunning;
    const std::string wanted = c.text("condition");
    for (const auto& [name, condition] : kConditions)
        if (wanted == name) return condition;
    if (c.atLeast(42)) throw invalidArgument("invalid condition: \"" + wanted + "\"");
    return engine::WaitCondition::NotRunning;
}

Json resultJson(const engine::WaitResult& result) {
    Json json = {{"StatusCode", result.exitCode}};
    if (!result.error.empty()) json["Error"] = {{"Message", result.error}};
    return json;
}

} // namespace

void waitContainer(Context& c) {
    // The client starts the container once it has the header: an exit cannot slip past it then.
    const auto ready = [&] {
        if (c.atLeast(30)) c.http.beginStream(200, kJsonType);
    };
    const auto result =
        c.engine.wait(c.name(), conditionOf(c), ready, [&] { return c.http.clientGone(); });
    if (!result) throw unavailable("the client went away");
    Json json = resultJson(*result);
    wire::shape(wire::Object::Wait, c.version, json);
    if (c.http.begun())
        c.http.write(dumpJson(json) + "\n");
    else
        c.send(200, json);
}

} // namespace ctrd::api

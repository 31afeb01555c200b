#include "api/handlers.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

namespace ctrd::api {

namespace {

// What a client of before did not know is not its wish, whatever is there.
spec::HostConfig changesOf(const Context& c) {
    const Json body = c.jsonBody();
    if (body.is_null()) throw invalidArgument("the body of an update is empty");
    spec::HostConfig changes = spec::hostConfigFromJson(body);
    if (!c.atLeast(23)) changes.restartPolicy = {};
    if (!c.atLeast(28)) changes.nanoCpus = 0;
    const bool unlimited = c.atLeast(40) && getMember(body, "PidsLimit") == 0;
    if (!c.atLeast(40)) changes.pidsLimit = 0;
    // Here a null leaves what is there, and 0 lifts the limit.
    if (unlimited) changes.pidsLimit = -1;
    return changes;
}

} // namespace

void updateContainer(Context& c) {
    const auto warnings = c.engine.update(c.name(), changesOf(c));
    c.send(200, {{"Warnings", warnings}});
}

} // namespace ctrd::api

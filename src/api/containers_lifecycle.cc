#include "api/handlers.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

#include <limits>

namespace ctrd::api {

namespace {

constexpr int kMaxSeconds = std::numeric_limits<int>::max();
constexpr int kMaxScreen = 65535;

bool isBlank(const Json& value) {
    return value.is_null() || value == false || value == 0 || value == "" ||
           ((value.is_array() || value.is_object()) && value.empty());
}

// Before 1.24 a start could carry the HostConfig.  What it would change is fixed at create here, so
// one that says something must not be ignored.
void readStartBody(const Context& c) {
    if (c.atLeast(24)) {
        if (!c.http.body().empty())
            throw invalidArgument(
                "starting container with non-empty request body was deprecated "
                "since API v1.22 and removed in v1.24");
        return;
    }
    const Json body = c.jsonBody();
    for (const auto& [name, value] : body.items())
        if (!isBlank(value))
            throw notSupported("a HostConfig at start is not built; give " + name +
                               " when the container is created");
}

} // namespace

void startContainer(Context& c) {
    readStartBody(c);
    try {
        c.sendNothing(c.engine.start(c.name()) ? 204 : 304);
    } catch (const Error& e) {
        const bool named = e.kind() == ErrorKind::NotFound;
        if (c.atLeast(24) || c.http.begun() || named) throw;
        throw Error(e.kind(), "Cannot start container " + c.name() + ": " + e.what());
    }
}

void stopContainer(Context& c) {
    const std::string signal = c.atLeast(42) ? c.text("signal") : "";
    const bool stopped = c.engine.stop(c.name(), c.number("t", -1, kMaxSeconds), signal);
    c.sendNothing(stopped ? 204 : 304);
}

void restartContainer(Context& c) {
    c.engine.restart(c.name(), c.number("t", -1, kMaxSeconds));
    c.sendNothing(204);
}

void killContainer(Context& c) {
    c.engine.kill(c.name(), c.text("signal", "KILL"));
    c.sendNothing(204);
}

void pauseContainer(Context& c) {
    c.engine.pause(c.name());
    c.sendNothing(204);
}

void unpauseContainer(Context& c) {
    c.engine.unpause(c.name());
    c.sendNothing(204);
}

void renameContainer(Context& c) {
    const std::string name = c.text("name");
    if (name.empty()) throw invalidArgument("Neither old nor new names may be empty");
    c.engine.rename(c.name(), name);
    c.sendNothing(204);
}

void removeContainer(Context& c) {
    c.engine.remove(c.name(), {c.flag("force"), c.flag("v"), c.flag("link")});
    c.sendNothing(204);
}

void resizeContainer(Context& c) {
    const int rows = c.number("h", 0, kMaxScreen).value_or(0);
    const int columns = c.number("w", 0, kMaxScreen).value_or(0);
    c.engine.resize(c.name(), static_cast<uint16_t>(rows), static_cast<uint16_t>(columns));
    c.sendNothing(200);
}

} // namespace ctrd::api

#include "api/container_json.h"
#include "api/handlers.h"
#include "api/raw_stream.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

namespace ctrd::api {

namespace {

constexpr int kMaxScreen = 65535;

engine::ExecCreateRequest execRequest(const Context& c) {
    const Json body = c.jsonBody();
    engine::ExecCreateRequest request;
    request.attachStdin = getBool(body, "AttachStdin");
    request.attachStdout = getBool(body, "AttachStdout");
    request.attachStderr = getBool(body, "AttachStderr");
    request.tty = getBool(body, "Tty");
    request.privileged = getBool(body, "Privileged");
    request.user = getString(body, "User");
    request.detachKeys = getString(body, "DetachKeys");
    request.cmd = getStrings(body, "Cmd");
    if (c.atLeast(25)) request.env = getStrings(body, "Env");
    if (c.atLeast(35)) request.workingDir = getString(body, "WorkingDir");
    if (request.cmd.empty()) throw invalidArgument("No exec command specified");
    return request;
}

// [rows, columns]; zeros where the client leaves the size to us.
std::pair<uint16_t, uint16_t> consoleSize(const Json& body) {
    const Json& size = getMember(body, "ConsoleSize");
    if (size.is_null()) return {0, 0};
    const auto valid = [](const Json& n) {
        return n.is_number_integer() && n >= 0 && n <= kMaxScreen;
    };
    if (!size.is_array() || size.size() != 2 || !valid(size[0]) || !valid(size[1]))
        throw invalidArgument("ConsoleSize: two numbers, rows and columns, are wanted");
    return {size[0].get<uint16_t>(), size[1].get<uint16_t>()};
}

Json execJson(const engine::ExecView& v) {
    Json args = Json::array();
    for (size_t i = 1; i < v.args.size(); ++i)
        args.push_back(v.args[i]);
    const Json process = {
        {"tty", v.tty},      {"entrypoint", v.args.empty() ? "" : v.args[0]},
        {"arguments", args}, {"privileged", v.privileged},
        {"user", v.user},
    };
    return {
        {"ID", v.id},
        {"Running", v.running},
        {"ExitCode", v.exited ? Json(v.exitCode) : Json()},
        {"ProcessConfig", process},
        {"OpenStdin", v.openStdin},
        {"OpenStderr", v.openStderr},
        {"OpenStdout", v.openStdout},
        {"CanRemove", false},
        {"ContainerID", v.containerId},
        {"DetachKeys", ""},
        {"Pid", v.pid},
    };
}

} // namespace

void createExec(Context& c) {
    const std::string id = c.engine.execCreate(c.name(), execRequest(c));
    Json json = {{"Id", id}};
    if (!c.atLeast(21)) json["Warnings"] = Json::array();
    c.send(201, json);
}

void startExec(Context& c) {
    const Json body = c.jsonBody();
    const bool tty = getBool(body, "Tty");
    const auto [rows, columns] = consoleSize(body);
    if (getBool(body, "Detach")) {
        c.engine.execStart(c.name(), tty, rows, columns, {});
        return c.sendNothing(c.atLeast(21) ? 200 : 204);
    }
    c.engine.execStart(c.name(), tty, rows, columns, hijackOf(c));
}

void resizeExec(Context& c) {
    const int rows = c.number("h", 0, kMaxScreen).value_or(0);
    const int columns = c.number("w", 0, kMaxScreen).value_or(0);
    c.engine.execResize(c.name(), static_cast<uint16_t>(rows), static_cast<uint16_t>(columns));
    c.sendNothing(c.atLeast(22) ? 200 : 201);
}

void inspectExec(Context& c) {
    const auto view = c.engine.execInspect(c.name());
    Json json = execJson(view);
    // Clients of before find the whole container in it.
    if (!c.atLeast(21)) {
        Json container = containerJson(c.engine.inspect(view.containerId));
        wire::shape(wire::Object::Container, c.version, container);
        json["Container"] = std::move(container);
    }
    c.sendShaped(200, wire::Object::Exec, std::move(json));
}

} // namespace ctrd::api

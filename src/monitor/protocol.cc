#include "monitor/protocol.h"

#include "base/fd.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/path.h"

namespace ctrd::monitor {

namespace {

struct EventName {
    Event::Kind kind;
    const char* name;
};
constexpr EventName kEventNames[] = {
    {Event::Kind::Exit, "exit"},
    {Event::Kind::Oom, "oom"},
    {Event::Kind::ExecExit, "execExit"},
    {Event::Kind::Detach, "detach"},
};

// A client's bytes need not be UTF-8, a JSON string must be.
std::string toHex(const std::string& bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        hex += kDigits[static_cast<unsigned char>(c) >> 4];
        hex += kDigits[c & 15];
    }
    return hex;
}

int digitValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    throw invalidArgument("pendingInput: hexadecimal digits are wanted");
}

std::string fromHex(const std::string& hex) {
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(digitValue(hex[i]) << 4 | digitValue(hex[i + 1]));
    return bytes;
}

Json optionsToJson(const logging::Options& options) {
    Json json = Json::object();
    for (const auto& option : options)
        json[option.first] = option.second;
    return json;
}

logging::Options optionsFromJson(const Json& json) {
    logging::Options options;
    for (const auto& item : json.items())
        options[item.key()] = getString(json, item.key().c_str());
    return options;
}

} // namespace

std::string spareName() {
    std::string name = "spare";
    name.resize(kIdDigits, ' ');
    return name;
}

std::string socketPath(const std::string& runDirectory, const std::string& id) {
    return joinPath(runDirectory, id + ".sock");
}

Json protocolRange() {
    return {{"protocol", kProtocol}, {"oldestProtocol", kOldestProtocol}};
}

void requireCommonProtocol(const std::string& peer, const Json& packet) {
    const int64_t newest = getInt(packet, "protocol", 1);
    const int64_t oldest = getInt(packet, "oldestProtocol", 1);
    if (newest >= kOldestProtocol && oldest <= kProtocol) return;
    throw notSupported(peer + " speaks the versions " + std::to_string(oldest) + " to " +
                       std::to_string(newest) + " of the monitor's protocol, this program " +
                       std::to_string(kOldestProtocol) + " to " + std::to_string(kProtocol) +
                       ": install ctrd and ctrd-monitor of the same release");
}

Json toJson(const LaunchRequest& request) {
    Json json = {{"protocol", kProtocol},
                 {"oldestProtocol", kOldestProtocol},
                 {"command", exec::toJson(request.command)},
                 {"mountNamespace", request.mountNamespace},
                 {"stateDirectory", request.stateDirectory},
                 {"runDirectory", request.runDirectory},
                 {"logDriver", request.logDriver},
                 {"logOptions", optionsToJson(request.logOptions)},
                 {"logPath", request.logPath},
                 {"openStdin", request.openStdin},
                 {"stdinOnce", request.stdinOnce}};
    if (request.sharedMount) json["sharedMount"] = kernel::toJson(*request.sharedMount);
    return json;
}

LaunchRequest launchRequestFromJson(const Json& json) {
    requireCommonProtocol("ctrd", json);
    LaunchRequest request;
    request.command = exec::commandFromJson(getMember(json, "command"));
    request.mountNamespace = getString(json, "mountNamespace");
    if (const Json& mount = getMember(json, "sharedMount"); !mount.is_null())
        request.sharedMount = kernel::mountSpecFromJson(mount);
    request.stateDirectory = getString(json, "stateDirectory");
    request.runDirectory = getString(json, "runDirectory");
    request.logDriver = getString(json, "logDriver", request.logDriver);
    request.logOptions = optionsFromJson(getMember(json, "logOptions"));
    request.logPath = getString(json, "logPath");
    request.openStdin = getBool(json, "openStdin");
    request.stdinOnce = getBool(json, "stdinOnce");
    return request;
}

Json toJson(const ExitRecord& record) {
    return {{"version", 1},
            {"exitCode", record.status.code},
            {"signal", record.status.signal},
            {"oomKilled", record.status.oomKilled},
            {"startedAt", record.startedAt},
            {"finishedAt", record.finishedAt},
            {"error", record.error}};
}

ExitRecord exitRecordFromJson(const Json& json) {
    ExitRecord record;
    record.status.code = static_cast<int>(getInt(json, "exitCode"));
    record.status.signal = static_cast<int>(getInt(json, "signal"));
    record.status.oomKilled = getBool(json, "oomKilled");
    record.startedAt = getInt(json, "startedAt");
    record.finishedAt = getInt(json, "finishedAt");
    record.error = getString(json, "error");
    return record;
}

Json toJson(const AttachRequest& request) {
    return {{"in", request.in},
            {"out", request.out},
            {"err", request.err},
            {"detachKeys", request.detachKeys},
            {"pendingInput", toHex(request.pendingInput)}};
}

AttachRequest attachRequestFromJson(const Json& json) {
    AttachRequest request;
    request.in = getBool(json, "in");
    request.out = getBool(json, "out");
    request.err = getBool(json, "err");
    request.detachKeys = getString(json, "detachKeys");
    request.pendingInput = fromHex(getString(json, "pendingInput"));
    return request;
}

Json toJson(const ExecRequest& request) {
    return {{"execId", request.execId},
            {"process", exec::toJson(request.process)},
            {"attach", toJson(request.attach)}};
}

ExecRequest execRequestFromJson(const Json& json) {
    ExecRequest request;
    request.execId = getString(json, "execId");
    request.process = exec::processSpecFromJson(getMember(json, "process"));
    request.attach = attachRequestFromJson(getMember(json, "attach"));
    return request;
}

Json toJson(const Event& event) {
    Json json;
    for (const auto& entry : kEventNames)
        if (entry.kind == event.kind) json["event"] = entry.name;
    if (event.kind == Event::Kind::Exit) json["exit"] = toJson(event.exit);
    if (event.kind == Event::Kind::ExecExit) json["exitCode"] = event.exitCode;
    if (!event.execId.empty()) json["execId"] = event.execId;
    return json;
}

Event eventFromJson(const Json& json) {
    const std::string name = getString(json, "event");
    for (const auto& entry : kEventNames) {
        if (name != entry.name) continue;
        Event event;
        event.kind = entry.kind;
        event.exit = exitRecordFromJson(getMember(json, "exit"));
        event.exitCode = static_cast<int>(getInt(json, "exitCode"));
        event.execId = getString(json, "execId");
        return event;
    }
    throw internalError("the monitor sent an unknown event '" + name + "'");
}

std::optional<ExitRecord> readExitRecord(const std::string& stateDirectory) {
    const std::string path = joinPath(stateDirectory, kExitRecordName);
    if (!exists(path)) return std::nullopt;
    return exitRecordFromJson(parseJson(readFile(path), path));
}

Json errorReply(const std::exception& error) {
    Json reply = {{"error", error.what()}, {"kind", kindName(ErrorKind::Internal)}};
    if (const auto* known = dynamic_cast<const Error*>(&error))
        reply["kind"] = kindName(known->kind());
    if (const auto* start = dynamic_cast<const exec::StartError*>(&error))
        reply["exitCode"] = start->exitCode();
    return reply;
}

void throwErrorIn(const Json& reply) {
    const Json& error = getMember(reply, "error");
    if (error.is_null()) return;
    const ErrorKind kind = kindFromName(getString(reply, "kind"));
    const std::string text = getString(reply, "error");
    const Json& exitCode = getMember(reply, "exitCode");
    if (exitCode.is_null()) throw Error(kind, text);
    throw exec::StartError(kind, text, static_cast<int>(getInt(reply, "exitCode")));
}

} // namespace ctrd::monitor

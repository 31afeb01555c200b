#include "base/error.h"
#include "base/json.h"
#include "engine/container.h"

#include <array>

namespace ctrd::engine {

namespace {

constexpr int kFormatVersion = 1;

constexpr std::array kStatuses = {Status::Created,    Status::Running,  Status::Paused,
                                  Status::Restarting, Status::Removing, Status::Exited,
                                  Status::Dead};

Status statusFromName(const std::string& name) {
    for (const Status status : kStatuses)
        if (name == statusName(status)) return status;
    throw internalError("unknown container status '" + name + "'");
}

void checkVersion(const Json& json, const char* what) {
    const int64_t version = getInt(json, "version");
    if (version < 1 || version > kFormatVersion)
        throw notSupported(std::string(what) + " has format version " + std::to_string(version) +
                           ", this ctrd reads up to " + std::to_string(kFormatVersion));
}

} // namespace

const char* statusName(Status status) {
    switch (status) {
        case Status::Created:
            return "created";
        case Status::Running:
            return "running";
        case Status::Paused:
            return "paused";
        case Status::Restarting:
            return "restarting";
        case Status::Removing:
            return "removing";
        case Status::Exited:
            return "exited";
        case Status::Dead:
            return "dead";
    }
    return "dead";
}

Json toJson(const ContainerRecord& record) {
    return {{"version", kFormatVersion},
            {"id", record.id},
            {"name", record.name},
            {"created", record.created},
            {"imageId", record.imageId},
            {"config", spec::toJson(record.config)},
            {"hostConfig", spec::toJson(record.hostConfig)},
            {"mounts", toJson(record.mounts)},
            {"storageDriver", record.storageDriver},
            {"execDriver", record.execDriver}};
}

ContainerRecord containerRecordFromJson(const Json& json) {
    checkVersion(json, "config.json");
    ContainerRecord record;
    record.id = getString(json, "id");
    record.name = getString(json, "name");
    record.created = getInt(json, "created");
    record.imageId = getString(json, "imageId");
    record.config = spec::containerConfigFromJson(getMember(json, "config"));
    record.hostConfig = spec::hostConfigFromJson(getMember(json, "hostConfig"));
    // Before there were volumes, HostConfig said all.
    record.mounts = json.contains("mounts") ? mountPointsFromJson(getMember(json, "mounts"))
                                            : mountPointsOf({}, record.hostConfig, {});
    record.storageDriver = getString(json, "storageDriver");
    record.execDriver = getString(json, "execDriver");
    return record;
}

Json toJson(const RunRecord& record) {
    const ContainerState& state = record.state;
    return {{"version", kFormatVersion},
            {"status", statusName(state.status)},
            {"pid", state.pid},
            {"exitCode", state.exitCode},
            {"oomKilled", state.oomKilled},
            {"error", state.error},
            {"startedAt", state.startedAt},
            {"finishedAt", state.finishedAt},
            {"endpoint", network::toJson(record.endpoint)},
            {"restartCount", record.restartCount},
            {"stoppedByHand", record.stoppedByHand},
            {"removesVolumes", record.removesVolumes}};
}

RunRecord runRecordFromJson(const Json& json) {
    checkVersion(json, "state.json");
    RunRecord record;
    record.state.status = statusFromName(getString(json, "status"));
    record.state.pid = static_cast<pid_t>(getInt(json, "pid"));
    record.state.exitCode = static_cast<int>(getInt(json, "exitCode"));
    record.state.oomKilled = getBool(json, "oomKilled");
    record.state.error = getString(json, "error");
    record.state.startedAt = getInt(json, "startedAt");
    record.state.finishedAt = getInt(json, "finishedAt");
    record.endpoint = network::endpointFromJson(getMember(json, "endpoint"));
    record.restartCount = static_cast<int>(getInt(json, "restartCount"));
    record.stoppedByHand = getBool(json, "stoppedByHand");
    record.removesVolumes = getBool(json, "removesVolumes");
    return record;
}

} // namespace ctrd::engine

#include "api/container_json.h"

#include "api/image_json.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/time.h"

namespace ctrd::api {

using engine::ContainerState;
using engine::ContainerView;
using engine::Status;

namespace {

bool isRunning(Status status) {
    return status == Status::Running || status == Status::Paused || status == Status::Restarting;
}

Json stateJson(const ContainerState& s) {
    return {
        {"Status", engine::statusName(s.status)},
        // A restarting one counts as running: clients that know no more stop it before removal.
        {"Running", isRunning(s.status)},
        {"Paused", s.status == Status::Paused},
        {"Restarting", s.status == Status::Restarting},
        {"OOMKilled", s.oomKilled},
        {"Dead", s.status == Status::Dead},
        {"Pid", s.pid},
        {"ExitCode", s.exitCode},
        {"Error", s.error},
        {"StartedAt", formatTime(s.startedAt)},
        {"FinishedAt", formatTime(s.finishedAt)},
    };
}

Json mountsJson(const ContainerView& v) {
    Json list = Json::array();
    for (const auto& m : v.mounts) {
        Json mount = {
            {"Type", m.type}, {"Source", m.source}, {"Destination", m.destination},
            {"Mode", m.mode}, {"RW", m.readWrite},  {"Propagation", m.propagation},
        };
        if (!m.name.empty()) mount["Name"] = m.name;
        if (!m.driver.empty()) mount["Driver"] = m.driver;
        list.push_back(std::move(mount));
    }
    return list;
}

// {"80/tcp": null}: ports the program listens on; publishing adds the bindings.
Json portMapJson(const ContainerView& v) {
    Json ports = Json::object();
    if (!isRunning(v.state.status) || v.endpoint.address.empty()) return ports;
    for (const auto& port : v.config.exposedPorts)
        ports[port] = nullptr;
    return ports;
}

Json portListJson(const ContainerView& v) {
    Json list = Json::array();
    const Json ports = portMapJson(v);
    for (const auto& entry : ports.items()) {
        const auto parts = split(entry.key(), '/');
        const auto number = parseInt(parts[0]);
        if (!number) continue; // a range has no form in this list
        list.push_back({{"PrivatePort", *number}, {"Type", parts.size() > 1 ? parts[1] : "tcp"}});
    }
    return list;
}

Json networksJson(const ContainerView& v) {
    Json networks = Json::object();
    const std::string name = networkName(v);
    if (name.empty()) return networks;
    const auto& e = v.endpoint;
    networks[name] = {
        {"IPAMConfig", nullptr},
        {"Links", nullptr},
        {"Aliases", nullptr},
        {"MacAddress", e.macAddress},
        {"NetworkID", networkId(name)},
        {"EndpointID", e.endpointId},
        {"Gateway", e.gateway},
        {"IPAddress", e.address},
        {"IPPrefixLen", e.prefixLength},
        {"IPv6Gateway", ""},
        {"GlobalIPv6Address", ""},
        {"GlobalIPv6PrefixLen", 0},
        {"DriverOpts", nullptr},
        {"DNSNames", nullptr},
    };
    return networks;
}

Json networkSettingsJson(const ContainerView& v) {
    const auto& e = v.endpoint;
    const bool running = v.state.pid > 0;
    return {
        {"Bridge", ""},
        {"SandboxID", running ? v.id : ""},
        {"SandboxKey", running ? "/proc/" + std::to_string(v.state.pid) + "/ns/net" : ""},
        {"Ports", portMapJson(v)},
        {"PortMapping", nullptr},
        {"HairpinMode", false},
        {"LinkLocalIPv6Address", ""},
        {"LinkLocalIPv6PrefixLen", 0},
        {"SecondaryIPAddresses", nullptr},
        {"SecondaryIPv6Addresses", nullptr},
        {"EndpointID", e.endpointId},
        {"Gateway", e.gateway},
        {"GlobalIPv6Address", ""},
        {"GlobalIPv6PrefixLen", 0},
        {"IPAddress", e.address},
        {"IPPrefixLen", e.prefixLength},
        {"IPv6Gateway", ""},
        {"MacAddress", e.macAddress},
        {"Networks", networksJson(v)},
    };
}

// Docker shows it as one would type it.
std::string commandText(const ContainerView& v) {
    std::string text = v.path;
    for (const auto& arg : v.args)
        text += containsChar(arg, ' ') ? " '" + arg + "'" : " " + arg;
    return text;
}

// What inspect said of mounts before it had Mounts.
void addOldVolumes(const ContainerView& v, Json& json) {
    json["Volumes"] = json["VolumesRW"] = Json::object();
    for (const auto& m : v.mounts) {
        json["Volumes"][m.destination] = m.source;
        json["VolumesRW"][m.destination] = m.readWrite;
    }
}

} // namespace

std::string networkName(const ContainerView& v) {
    if (!v.endpoint.network.empty()) return v.endpoint.network;
    const std::string& mode = v.hostConfig.networkMode;
    if (startsWith(mode, "container:")) return "";
    return mode.empty() || mode == "default" ? "bridge" : mode;
}

std::string networkId(const std::string& name) {
    std::string id;
    uint64_t hash = 14695981039346656037u; // FNV-1a, 64 bits, run on for the next sixteen digits
    while (id.size() < 64) {
        for (const unsigned char c : "ctrd network " + name)
            hash = (hash ^ c) * 1099511628211u;
        char digits[17];
        snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
        id += digits;
    }
    return id;
}

std::string statusText(const ContainerState& s, Timestamp now) {
    const std::string code = "(" + std::to_string(s.exitCode) + ") ";
    std::string up = "Up " + humanDuration(now - s.startedAt);
    const std::string ago = humanDuration(now - s.finishedAt) + " ago";
    switch (s.status) {
        case Status::Created:
            return "Created";
        case Status::Running:
            return up;
        case Status::Paused:
            return up + " (Paused)";
        case Status::Restarting:
            return "Restarting " + code + ago;
        case Status::Removing:
            return "Removal In Progress";
        case Status::Dead:
            return "Dead";
        case Status::Exited:
            break;
    }
    return s.finishedAt == 0 ? "" : "Exited " + code + ago;
}

Json containerJson(const ContainerView& v) {
    Json json = {
        {"Id", v.id},
        {"Created", formatTime(v.created)},
        {"Path", v.path},
        {"Args", v.args},
        {"State", stateJson(v.state)},
        {"Image", v.imageId},
        {"ResolvConfPath", v.resolvConfPath},
        {"HostnamePath", v.hostnamePath},
        {"HostsPath", v.hostsPath},
        {"LogPath", v.logPath},
        {"Name", "/" + v.name},
        {"RestartCount", v.restartCount},
        {"Driver", v.storageDriver},
        {"ExecDriver", v.execDriver},
        {"Platform", "linux"},
        {"MountLabel", v.mountLabel},
        {"ProcessLabel", v.processLabel},
        {"AppArmorProfile", ""},
        {"ExecIDs", v.execIds.empty() ? Json() : Json(v.execIds)},
        {"HostConfig", spec::toJson(v.hostConfig)},
        {"GraphDriver", graphDriverJson(v.storageDriver, v.places)},
        {"Mounts", mountsJson(v)},
        {"Config", spec::toJson(v.config)},
        {"NetworkSettings", networkSettingsJson(v)},
    };
    addOldVolumes(v, json);
    return json;
}

Json containerSummaryJson(const ContainerView& v, const std::string& image) {
    const std::string& mode = v.hostConfig.networkMode;
    return {
        {"Id", v.id},
        {"Names", {"/" + v.name}},
        {"Image", image},
        {"ImageID", v.imageId},
        {"Command", commandText(v)},
        {"Created", v.created / kSecond},
        {"Ports", portListJson(v)},
        {"Labels", v.config.labels},
        {"State", engine::statusName(v.state.status)},
        {"Status", statusText(v.state, now())},
        {"HostConfig", {{"NetworkMode", mode.empty() ? "default" : mode}}},
        {"NetworkSettings", {{"Networks", networksJson(v)}}},
        {"Mounts", mountsJson(v)},
    };
}

} // namespace ctrd::api

#include "api/routes.h"

#include "api/handlers.h"
#include "base/strings.h"

#include <vector>

namespace ctrd::api {

namespace {

constexpr int kAlways = 0, kStill = 9999;

// clang-format off
constexpr Route kRoutes[] = {
    // method   path                          since    until   handler
    {"GET",    "/_ping",                      kAlways, kStill, ping, nullptr},
    {"HEAD",   "/_ping",                      kAlways, kStill, ping, nullptr},
    {"GET",    "/version",                    kAlways, kStill, version, nullptr},
    {"GET",    "/info",                       kAlways, kStill, info, nullptr},
    // Ours alone: no client of Docker's asks for it.
    {"GET",    "/check",                      kAlways, kStill, check, nullptr},
    {"GET",    "/events",                     kAlways, kStill, events, nullptr},

    {"GET",    "/containers/json",            kAlways, kStill, listContainers, nullptr},
    {"GET",    "/containers/ps",              kAlways, kStill, listContainers, nullptr},
    {"POST",   "/containers/create",          kAlways, kStill, createContainer, nullptr},
    {"POST",   "/containers/define",          kAlways, kStill, defineContainer, nullptr},
    {"GET",    "/containers/{name}/xml",      kAlways, kStill, dumpContainer, nullptr},
    {"GET",    "/containers/{name}/json",     kAlways, kStill, inspectContainer, nullptr},
    {"GET",    "/containers/{name}/top",      kAlways, kStill, topContainer, nullptr},
    {"GET",    "/containers/{name}/logs",     kAlways, kStill, containerLogs, nullptr},
    {"GET",    "/containers/{name}/stats",    17,      kStill, containerStats, nullptr},
    {"POST",   "/containers/{name}/resize",   kAlways, kStill, resizeContainer, nullptr},
    {"POST",   "/containers/{name}/start",    kAlways, kStill, startContainer, nullptr},
    {"POST",   "/containers/{name}/stop",     kAlways, kStill, stopContainer, nullptr},
    {"POST",   "/containers/{name}/restart",  kAlways, kStill, restartContainer, nullptr},
    {"POST",   "/containers/{name}/kill",     kAlways, kStill, killContainer, nullptr},
    {"POST",   "/containers/{name}/rename",   17,      kStill, renameContainer, nullptr},
    {"POST",   "/containers/{name}/pause",    kAlways, kStill, pauseContainer, nullptr},
    {"POST",   "/containers/{name}/unpause",  kAlways, kStill, unpauseContainer, nullptr},
    {"POST",   "/containers/{name}/update",   22,      kStill, updateContainer, nullptr},
    {"POST",   "/containers/{name}/attach",   kAlways, kStill, attachContainer, nullptr},
    {"POST",   "/containers/{name}/wait",     kAlways, kStill, waitContainer, nullptr},
    {"DELETE", "/containers/{name}",          kAlways, kStill, removeContainer, nullptr},
    {"POST",   "/containers/prune",           25,      kStill, pruneContainers, nullptr},
    {"GET",    "/containers/{name}/changes",  kAlways, kStill, containerChanges, nullptr},
    {"GET",    "/containers/{name}/export",   kAlways, kStill, exportContainer, nullptr},
    {"POST",   "/containers/{name}/copy",     kAlways, 23,     copyFromContainer, nullptr},
    {"HEAD",   "/containers/{name}/archive",  20,      kStill, statArchive, nullptr},
    {"GET",    "/containers/{name}/archive",  20,      kStill, getArchive, nullptr},
    {"PUT",    "/containers/{name}/archive",  20,      kStill, putArchive, nullptr},
    {"POST",   "/commit",                     kAlways, kStill, commitContainer, nullptr},

    {"POST",   "/containers/{name}/exec",     15,      kStill, createExec, nullptr},
    {"POST",   "/exec/{name}/start",          15,      kStill, startExec, nullptr},
    {"POST",   "/exec/{name}/resize",         15,      kStill, resizeExec, nullptr},
    {"GET",    "/exec/{name}/json",           15,      kStill, inspectExec, nullptr},

    {"GET",    "/images/json",                kAlways, kStill, listImages, nullptr},
    {"POST",   "/images/create",              kAlways, kStill, createImage, nullptr},
    {"POST",   "/images/load",                kAlways, kStill, loadImages, nullptr},
    {"POST",   "/images/prune",               25,      kStill, pruneImages, nullptr},
    {"GET",    "/images/get",                 kAlways, kStill, saveImages, nullptr},
    {"GET",    "/images/{name*}/get",         kAlways, kStill, saveImage, nullptr},
    {"GET",    "/images/{name*}/json",        kAlways, kStill, inspectImage, nullptr},
    {"GET",    "/images/{name*}/history",     kAlways, kStill, imageHistory, nullptr},
    {"POST",   "/images/{name*}/tag",         kAlways, kStill, tagImage, nullptr},
    {"DELETE", "/images/{name*}",             kAlways, kStill, removeImage, nullptr},

    {"GET",    "/networks",                   21,      kStill, listNetworks, nullptr},
    {"GET",    "/networks/{name}",            21,      kStill, inspectNetwork, nullptr},
    {"POST",   "/networks/prune",             25,      kStill, pruneNetworks, nullptr},
    {"GET",    "/volumes",                    21,      kStill, listVolumes, nullptr},
    {"POST",   "/volumes/create",             21,      kStill, createVolume, nullptr},
    {"POST",   "/volumes/prune",              25,      kStill, pruneVolumes, nullptr},
    {"GET",    "/volumes/{name}",             21,      kStill, inspectVolume, nullptr},
    {"DELETE", "/volumes/{name}",             21,      kStill, removeVolume, nullptr},
    {"GET",    "/system/df",                  25,      kStill, diskUsage, nullptr},
    {"GET",    "/plugins",                    25,      kStill, listPlugins, nullptr},
    {"GET",    "/plugins/{name*}/json",       25,      kStill, noSuchPlugin, nullptr},
};

// What Docker has and ctrd has not yet.
constexpr Route kUnbuilt[] = {
    {"GET",    "/containers/{name}/attach/ws", kAlways, kStill, nullptr, "attaching over a websocket is not built yet; use POST attach"},
    {"POST",   "/build",                       kAlways, kStill, nullptr, "building images is not built yet; load or import one"},
    {"POST",   "/build/prune",                 31,      kStill, nullptr, "building images is not built yet, so there is no cache to prune"},
    {"POST",   "/build/cancel",                39,      kStill, nullptr, "building images is not built yet"},
    {"POST",   "/session",                     31,      kStill, nullptr, "building images is not built yet"},
    {"POST",   "/auth",                        kAlways, kStill, nullptr, "logging in to a registry is not built yet"},
    {"GET",    "/distribution/{name*}/json",   30,      kStill, nullptr, "asking a registry about an image is not built yet"},
    {"GET",    "/images/search",               kAlways, kStill, nullptr, "searching a registry is not built yet"},
    {"POST",   "/images/{name*}/push",         kAlways, kStill, nullptr, "pushing images to a registry is not built yet"},
    {"POST",   "/networks/create",             21,      kStill, nullptr, "networks besides bridge, host and none are not built yet"},
    {"POST",   "/networks/{name}/connect",     21,      kStill, nullptr, "connecting a container to another network is not built yet; choose one at create"},
    {"POST",   "/networks/{name}/disconnect",  21,      kStill, nullptr, "disconnecting a container from its network is not built yet"},
    {"DELETE", "/networks/{name}",             21,      kStill, nullptr, "networks besides bridge, host and none are not built yet"},
    {"GET",    "/plugins/privileges",          25,      kStill, nullptr, "ctrd has no plugins"},
    {"POST",   "/plugins/{name*}",             25,      kStill, nullptr, "ctrd has no plugins"},
    {"DELETE", "/plugins/{name*}",             25,      kStill, nullptr, "ctrd has no plugins"},
};
// clang-format on

// Whatever is asked about these: Docker without a swarm has one answer.
constexpr const char* kSwarmGroups[] = {"swarm", "nodes",   "services",
                                        "tasks", "secrets", "configs"};
constexpr Route kSwarmRoute = {"", "", 24, kStill, notASwarm, nullptr};

std::vector<std::string> segmentsOf(const std::string& path) {
    std::vector<std::string> segments;
    for (auto& segment : split(path, '/'))
        if (!segment.empty()) segments.push_back(std::move(segment));
    return segments;
}

bool isVariable(const std::string& segment) {
    return segment.front() == '{';
}

// Whether the pattern fits; fills in its variables.
bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
             std::map<std::string, std::string>& vars) {
    const size_t extra = path.size() - pattern.size();
    if (path.size() < pattern.size()) return false;
    size_t at = 0;
    for (const auto& segment : pattern) {
        if (!isVariable(segment)) {
            if (path[at++] != segment) return false;
            continue;
        }
        const bool greedy = segment[segment.size() - 2] == '*';
        std::string& value = vars[segment.substr(1, segment.size() - (greedy ? 3 : 2))];
        value = path[at++];
        for (size_t i = 0; greedy && i < extra; ++i)
            value += "/" + path[at++];
    }
    return at == path.size();
}

template <size_t N>
const Route* findIn(const Route (&routes)[N], const std::string& method,
                    const std::vector<std::string>& path, int minor,
                    std::map<std::string, std::string>& vars) {
    for (const Route& route : routes) {
        if (method != route.method || minor < route.since || minor > route.until) continue;
        vars.clear();
        if (matches(segmentsOf(route.pattern), path, vars)) return &route;
    }
    return nullptr;
}

} // namespace

const Route* findRoute(const std::string& method, const std::string& path, wire::Version version,
                       std::map<std::string, std::string>& vars) {
    const auto segments = segmentsOf(path);
    if (const Route* route = findIn(kRoutes, method, segments, version.minor, vars)) return route;
    if (const Route* route = findIn(kUnbuilt, method, segments, version.minor, vars)) return route;
    for (const char* group : kSwarmGroups)
        if (!segments.empty() && segments[0] == group && version.minor >= kSwarmRoute.since)
            return &kSwarmRoute;
    return nullptr;
}

} // namespace ctrd::api

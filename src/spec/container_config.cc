#include "spec/container_config.h"

#include "base/json.h"
#include "base/strings.h"
#include "spec/json_shapes.h"

#include <algorithm>

namespace ctrd::spec {

namespace {

std::string envName(const std::string& entry) {
    return entry.substr(0, entry.find('='));
}

// The image's entries first, each replaced by the user's of the same name.
std::vector<std::string> mergeEnv(const std::vector<std::string>& user,
                                  const std::vector<std::string>& image) {
    std::vector<std::string> merged = image;
    for (const auto& entry : user) {
        const auto same = std::find_if(merged.begin(), merged.end(), [&](const std::string& e) {
            return envName(e) == envName(entry);
        });
        const bool removal = !containsChar(entry, '=');
        if (same != merged.end() && removal)
            merged.erase(same);
        else if (same != merged.end())
            *same = entry;
        else if (!removal)
            merged.push_back(entry);
    }
    return merged;
}

void mergeProgram(ContainerConfig& merged, const ContainerConfig& image) {
    if (merged.entrypoint.empty()) {
        if (merged.cmd.empty()) merged.cmd = image.cmd;
        merged.entrypoint = image.entrypoint;
    }
    // `--entrypoint ""` arrives as one empty string: no entrypoint, not the image's.
    if (merged.entrypoint == std::vector<std::string>{""}) merged.entrypoint.clear();
}

} // namespace

ContainerConfig containerConfigFromJson(const Json& json) {
    ContainerConfig c;
    c.hostname = getString(json, "Hostname");
    c.domainname = getString(json, "Domainname");
    c.user = getString(json, "User");
    c.attachStdin = getBool(json, "AttachStdin");
    c.attachStdout = getBool(json, "AttachStdout");
    c.attachStderr = getBool(json, "AttachStderr");
    c.tty = getBool(json, "Tty");
    c.openStdin = getBool(json, "OpenStdin");
    c.stdinOnce = getBool(json, "StdinOnce");
    c.env = getStrings(json, "Env");
    c.cmd = getStringOrList(json, "Cmd");
    c.entrypoint = getStringOrList(json, "Entrypoint");
    c.image = getString(json, "Image");
    c.exposedPorts = getKeySet(json, "ExposedPorts");
    c.volumes = getKeySet(json, "Volumes");
    c.workingDir = getString(json, "WorkingDir");
    c.networkDisabled = getBool(json, "NetworkDisabled");
    c.macAddress = getString(json, "MacAddress");
    c.onBuild = getStrings(json, "OnBuild");
    c.labels = getStringMap(json, "Labels");
    c.stopSignal = getString(json, "StopSignal");
    if (!getMember(json, "StopTimeout").is_null())
        c.stopTimeout = static_cast<int>(getInt(json, "StopTimeout"));
    if (const Json& healthcheck = getMember(json, "Healthcheck"); !healthcheck.is_null())
        c.healthcheck = dumpJson(healthcheck);
    c.shell = getStrings(json, "Shell");
    return c;
}

Json toJson(const ContainerConfig& c) {
    Json json = {
        {"Hostname", c.hostname},
        {"Domainname", c.domainname},
        {"User", c.user},
        {"AttachStdin", c.attachStdin},
        {"AttachStdout", c.attachStdout},
        {"AttachStderr", c.attachStderr},
        {"Tty", c.tty},
        {"OpenStdin", c.openStdin},
        {"StdinOnce", c.stdinOnce},
        {"Env", c.env},
        {"Cmd", listOrNull(c.cmd)},
        {"Image", c.image},
        {"Volumes", c.volumes.empty() ? Json() : keySetToJson(c.volumes)},
        {"WorkingDir", c.workingDir},
        {"Entrypoint", listOrNull(c.entrypoint)},
        {"OnBuild", listOrNull(c.onBuild)},
        {"Labels", c.labels},
    };
    if (!c.exposedPorts.empty()) json["ExposedPorts"] = keySetToJson(c.exposedPorts);
    if (c.networkDisabled) json["NetworkDisabled"] = true;
    if (!c.macAddress.empty()) json["MacAddress"] = c.macAddress;
    if (!c.stopSignal.empty()) json["StopSignal"] = c.stopSignal;
    if (c.stopTimeout) json["StopTimeout"] = *c.stopTimeout;
    if (!c.healthcheck.empty()) json["Healthcheck"] = parseJson(c.healthcheck, "a health check");
    if (!c.shell.empty()) json["Shell"] = c.shell;
    return json;
}

ContainerConfig merge(const ContainerConfig& user, const ContainerConfig& image) {
    ContainerConfig merged = user;
    if (merged.user.empty()) merged.user = image.user;
    if (merged.workingDir.empty()) merged.workingDir = image.workingDir;
    if (merged.stopSignal.empty()) merged.stopSignal = image.stopSignal;
    if (!merged.stopTimeout) merged.stopTimeout = image.stopTimeout;
    if (merged.healthcheck.empty()) merged.healthcheck = image.healthcheck;
    if (merged.shell.empty()) merged.shell = image.shell;
    merged.env = mergeEnv(user.env, image.env);
    merged.exposedPorts.insert(image.exposedPorts.begin(), image.exposedPorts.end());
    merged.volumes.insert(image.volumes.begin(), image.volumes.end());
    merged.labels.insert(image.labels.begin(), image.labels.end());
    merged.onBuild = image.onBuild;
    mergeProgram(merged, image);
    return merged;
}

} // namespace ctrd::spec

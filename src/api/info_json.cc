#include "api/info_json.h"

#include "api/wire/version.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "base/time.h"
#include "network/driver.h"

#include <cstdlib>

namespace ctrd::api {

namespace {

// Go's name of the machine, which clients compare.
std::string goArchitecture(const std::string& machine) {
    if (machine == "x86_64") return "amd64";
    if (machine == "aarch64") return "arm64";
    return machine == "i686" || machine == "i386" ? "386" : machine;
}

std::string environment(const char* upper, const char* lower) {
    const char* value = std::getenv(upper);
    if (value == nullptr) value = std::getenv(lower);
    return value == nullptr ? "" : value;
}

// A switch of the kernel; one that is not there is off.
bool switchedOn(const char* path) {
    return exists(path) && trim(readFile(path)) == "1";
}

Json hostPart(const engine::InfoView& v) {
    return {
        {"ID", v.id},
        {"Name", v.name},
        {"KernelVersion", v.kernelVersion},
        {"OperatingSystem", v.operatingSystem},
        {"OSVersion", ""},
        {"OSType", "linux"},
        {"Architecture", v.architecture},
        {"NCPU", v.cpus},
        {"MemTotal", v.memoryTotal},
        {"SystemTime", formatTime(now())},
        {"HttpProxy", environment("HTTP_PROXY", "http_proxy")},
        {"HttpsProxy", environment("HTTPS_PROXY", "https_proxy")},
        {"NoProxy", environment("NO_PROXY", "no_proxy")},
    };
}

Json limitsPart(const engine::InfoView& v) {
    return {
        {"MemoryLimit", v.memoryLimit},
        {"SwapLimit", v.swapLimit},
        {"KernelMemory", false},
        {"KernelMemoryTCP", false},
        {"CpuCfsPeriod", v.cpuCfs},
        {"CpuCfsQuota", v.cpuCfs},
        {"CPUShares", v.cpuShares},
        {"CPUSet", v.cpuset},
        {"PidsLimit", v.pidsLimit},
        {"OomKillDisable", v.oomKillDisable},
        {"IPv4Forwarding", v.ipv4Forwarding},
        {"BridgeNfIptables", switchedOn("/proc/sys/net/bridge/bridge-nf-call-iptables")},
        {"BridgeNfIp6tables", switchedOn("/proc/sys/net/bridge/bridge-nf-call-ip6tables")},
        {"CgroupDriver", "cgroupfs"},
        {"CgroupVersion", "1"},
    };
}

Json countsPart(const engine::InfoView& v) {
    return {
        {"Containers", v.containers},
        {"ContainersRunning", v.running},
        {"ContainersPaused", v.paused},
        {"ContainersStopped", v.stopped},
        {"Images", v.images},
        {"NFd", v.fileDescriptors},
        {"NGoroutines", v.threads},
        {"NEventsListener", v.eventListeners},
        {"Debug", v.debug},
    };
}

Json pluginsPart(const Options& options, const engine::InfoView& v) {
    Json networks = Json::array();
    for (const auto& entry : options.networks)
        networks.push_back(entry.second->type());
    return {
        {"Volume", Json::array()},
        {"Network", networks},
        {"Authorization", Json::array()},
        {"Log", Json::array({v.loggingDriver})},
    };
}

// Of parts that Docker has and ctrd is not made of.
Json noCommit() {
    return {{"ID", ""}, {"Expected", ""}};
}

Json dockerPart() {
    return {
        {"IndexServerAddress", "https://index.docker.io/v1/"},
        {"RegistryConfig",
         {{"AllowNondistributableArtifactsCIDRs", Json::array()},
          {"AllowNondistributableArtifactsHostnames", Json::array()},
          {"InsecureRegistryCIDRs", Json::array()},
          {"IndexConfigs", Json::object()},
          {"Mirrors", Json::array()}}},
        {"GenericResources", Json::array()},
        {"DefaultAddressPools", Json::array()},
        {"Swarm",
         {{"NodeID", ""},
          {"NodeAddr", ""},
          {"LocalNodeState", "inactive"},
          {"ControlAvailable", false},
          {"Error", ""},
          {"RemoteManagers", Json::array()}}},
        {"ContainerdCommit", noCommit()},
        {"RuncCommit", noCommit()},
        {"InitCommit", noCommit()},
        {"SecurityOptions", Json::array()},
        {"SystemStatus", Json::array()},
        {"ExperimentalBuild", false},
        {"LiveRestoreEnabled", true},
        {"Isolation", ""},
        {"ProductLicense", ""},
        {"CDISpecDirs", Json::array()},
    };
}

Json driversPart(const engine::InfoView& v) {
    Json status = Json::array();
    for (const auto& [key, value] : v.storageStatus)
        status.push_back({key, value});
    Json runtimes = Json::object();
    for (const auto& name : v.execDrivers)
        runtimes[name] = {{"path", "ctrd-monitor"}};
    return {
        {"Driver", v.storageDriver},
        {"DriverStatus", status},
        {"DockerRootDir", v.rootDirectory},
        {"LoggingDriver", v.loggingDriver},
        {"ExecutionDriver", v.execDriver},
        {"DefaultRuntime", v.execDriver},
        {"Runtimes", runtimes},
        {"InitBinary", v.initPath},
        {"InitPath", v.initPath},
        {"InitSha1", ""},
        {"Labels", v.labels},
        {"Warnings", v.warnings},
    };
}

} // namespace

Json versionJson(const Options& options, const engine::InfoView& view) {
    const std::string newest = wire::toString(wire::kNewest);
    const std::string oldest = wire::toString(wire::kOldest);
    const std::string compiler = std::string("none (C++, g++ ") + __VERSION__ + ")";
    const std::string machine = goArchitecture(view.architecture);
    const Json details = {
        {"ApiVersion", newest},
        {"MinAPIVersion", oldest},
        {"GitCommit", ""},
        {"GoVersion", compiler},
        {"BuildTime", options.buildTime},
        {"Os", "linux"},
        {"Arch", machine},
        {"KernelVersion", view.kernelVersion},
        {"Experimental", "false"},
    };
    return {
        {"Platform", {{"Name", "ctrd"}}},
        {"Components",
         Json::array({{{"Name", "Engine"}, {"Version", options.version}, {"Details", details}}})},
        {"Version", options.version},
        {"ApiVersion", newest},
        {"MinAPIVersion", oldest},
        {"GitCommit", ""},
        {"GoVersion", compiler},
        {"Os", "linux"},
        {"Arch", machine},
        {"KernelVersion", view.kernelVersion},
        {"BuildTime", options.buildTime},
        {"Experimental", false},
    };
}

Json infoJson(const Options& options, const engine::InfoView& view) {
    Json json = hostPart(view);
    for (const Json& part : {limitsPart(view), countsPart(view), dockerPart(), driversPart(view)})
        json.update(part);
    json["Plugins"] = pluginsPart(options, view);
    json["ServerVersion"] = options.version;
    return json;
}

} // namespace ctrd::api

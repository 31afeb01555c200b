#include "spec/host_config.h"

#include "base/error.h"
#include "base/json.h"
#include "spec/json_shapes.h"

namespace ctrd::spec {

namespace {

// Runs `each` over an array of objects.
template <typename F>
void forEachIn(const Json& object, const char* key, F each) {
    const Json& member = getMember(object, key);
    if (member.is_null()) return;
    if (!member.is_array()) throw invalidArgument(std::string(key) + ": an array is wanted");
    for (const auto& item : member)
        each(item);
}

void readPortBindings(const Json& json, HostConfig& h) {
    const Json& ports = getMember(json, "PortBindings");
    if (!ports.is_null() && !ports.is_object())
        throw invalidArgument("PortBindings: an object is wanted");
    for (const auto& item : ports.items()) {
        auto& list = h.portBindings[item.key()];
        forEachIn(ports, item.key().c_str(), [&](const Json& binding) {
            list.push_back({getString(binding, "HostIp"), getString(binding, "HostPort")});
        });
    }
}

// The lists of DeviceLimit and how their number is called.
struct DeviceLimits {
    const char *key, *number;
    std::vector<DeviceLimit> HostConfig::*member;
};
constexpr DeviceLimits kDeviceLimits[] = {
    {"BlkioWeightDevice", "Weight", &HostConfig::blkioWeightDevice},
    {"BlkioDeviceReadBps", "Rate", &HostConfig::blkioDeviceReadBps},
    {"BlkioDeviceWriteBps", "Rate", &HostConfig::blkioDeviceWriteBps},
    {"BlkioDeviceReadIOps", "Rate", &HostConfig::blkioDeviceReadIOps},
    {"BlkioDeviceWriteIOps", "Rate", &HostConfig::blkioDeviceWriteIOps},
};

void readLimits(const Json& json, HostConfig& h) {
    h.memory = getInt(json, "Memory");
    h.memorySwap = getInt(json, "MemorySwap");
    h.memoryReservation = getInt(json, "MemoryReservation");
    // Clients send -1 for "not set".
    const int64_t swappiness = getInt(json, "MemorySwappiness", -1);
    if (swappiness != -1) h.memorySwappiness = swappiness;
    h.cpuShares = getInt(json, "CpuShares");
    h.cpuPeriod = getInt(json, "CpuPeriod");
    h.cpuQuota = getInt(json, "CpuQuota");
    h.nanoCpus = getInt(json, "NanoCpus");
    h.cpusetCpus = getString(json, "CpusetCpus");
    h.cpusetMems = getString(json, "CpusetMems");
    h.blkioWeight = getInt(json, "BlkioWeight");
    for (const auto& list : kDeviceLimits)
        forEachIn(json, list.key, [&](const Json& limit) {
            (h.*list.member).push_back({getString(limit, "Path"), getInt(limit, list.number)});
        });
    h.kernelMemory = getInt(json, "KernelMemory");
    h.pidsLimit = getInt(json, "PidsLimit");
    h.oomKillDisable = getBool(json, "OomKillDisable");
    h.oomScoreAdj = static_cast<int>(getInt(json, "OomScoreAdj"));
    h.cgroupParent = getString(json, "CgroupParent");
    forEachIn(json, "Ulimits", [&](const Json& u) {
        h.ulimits.push_back({getString(u, "Name"), getInt(u, "Soft"), getInt(u, "Hard")});
    });
}

std::optional<std::vector<std::string>> stringsIfThere(const Json& json, const char* key) {
    if (getMember(json, key).is_null()) return std::nullopt;
    return getStrings(json, key);
}

void readIsolation(const Json& json, HostConfig& h) {
    h.privileged = getBool(json, "Privileged");
    h.readonlyRootfs = getBool(json, "ReadonlyRootfs");
    h.init = getBool(json, "Init");
    h.networkMode = getString(json, "NetworkMode");
    h.ipcMode = getString(json, "IpcMode");
    h.pidMode = getString(json, "PidMode");
    h.utsMode = getString(json, "UTSMode");
    h.cgroupnsMode = getString(json, "CgroupnsMode");
    h.usernsMode = getString(json, "UsernsMode");
    h.capAdd = getStringOrList(json, "CapAdd");
    h.capDrop = getStringOrList(json, "CapDrop");
    h.groupAdd = getStrings(json, "GroupAdd");
    h.securityOpt = getStrings(json, "SecurityOpt");
    h.sysctls = getStringMap(json, "Sysctls");
    h.runtime = getString(json, "Runtime");
    h.lxcConf.clear();
    forEachIn(json, "LxcConf", [&](const Json& pair) {
        h.lxcConf.push_back(pair.is_string()
                                ? pair.get<std::string>()
                                : getString(pair, "Key") + "=" + getString(pair, "Value"));
    });
    forEachIn(json, "Devices", [&](const Json& d) {
        h.devices.push_back({getString(d, "PathOnHost"), getString(d, "PathInContainer"),
                             getString(d, "CgroupPermissions", "rwm")});
    });
    h.deviceCgroupRules = getStrings(json, "DeviceCgroupRules");
    h.maskedPaths = stringsIfThere(json, "MaskedPaths");
    h.readonlyPaths = stringsIfThere(json, "ReadonlyPaths");
}

void readFilesAndNames(const Json& json, HostConfig& h) {
    h.binds = getStrings(json, "Binds");
    forEachIn(json, "Mounts", [&](const Json& mount) { h.mounts.push_back(mountFromJson(mount)); });
    h.containerIdFile = getString(json, "ContainerIDFile");
    h.volumesFrom = getStrings(json, "VolumesFrom");
    h.volumeDriver = getString(json, "VolumeDriver");
    h.tmpfs = getStringMap(json, "Tmpfs");
    h.shmSize = getInt(json, "ShmSize");
    h.storageOpt = getStringMap(json, "StorageOpt");
    h.links = getStrings(json, "Links");
    h.dns = getStrings(json, "Dns");
    h.dnsSearch = getStrings(json, "DnsSearch");
    h.dnsOptions = getStrings(json, "DnsOptions");
    h.extraHosts = getStrings(json, "ExtraHosts");
    h.publishAllPorts = getBool(json, "PublishAllPorts");
    readPortBindings(json, h);
}

// What a container would not be without, and ctrd cannot give: not to be passed over in silence.
void refuseUnknown(const Json& json) {
    constexpr std::pair<const char*, const char*> kAbsent[] = {
        {"CpuRealtimePeriod", "realtime scheduling in containers is not built"},
        {"CpuRealtimeRuntime", "realtime scheduling in containers is not built"},
        {"DeviceRequests", "devices of drivers (--gpus) are not built: --device shows a node"},
        {"KernelMemoryTCP", "a limit of TCP buffers is not built"},
    };
    for (const auto& [key, sentence] : kAbsent) {
        const Json& value = getMember(json, key);
        const bool nothing = value.is_null() || value == 0 || (value.is_array() && value.empty());
        if (!nothing) throw notSupported(std::string(key) + ": " + sentence);
    }
    const std::string isolation = getString(json, "Isolation");
    if (!isolation.empty() && isolation != "default")
        throw invalidArgument("invalid isolation (" + isolation +
                              "): this is Linux, which has the "
                              "default one alone");
}

Json portBindingsToJson(const HostConfig& h) {
    Json ports = Json::object();
    for (const auto& [port, bindings] : h.portBindings) {
        Json list = Json::array();
        for (const auto& b : bindings)
            list.push_back({{"HostIp", b.hostIp}, {"HostPort", b.hostPort}});
        ports[port] = list;
    }
    return ports;
}

void writeLimits(const HostConfig& h, Json& json) {
    json["Memory"] = h.memory;
    json["MemorySwap"] = h.memorySwap;
    json["MemoryReservation"] = h.memoryReservation;
    json["MemorySwappiness"] = h.memorySwappiness ? Json(*h.memorySwappiness) : Json();
    json["CpuShares"] = h.cpuShares;
    json["CpuPeriod"] = h.cpuPeriod;
    json["CpuQuota"] = h.cpuQuota;
    json["NanoCpus"] = h.nanoCpus;
    json["CpusetCpus"] = h.cpusetCpus;
    json["CpusetMems"] = h.cpusetMems;
    json["BlkioWeight"] = h.blkioWeight;
    for (const auto& list : kDeviceLimits) {
        json[list.key] = Json::array();
        for (const auto& limit : h.*list.member)
            json[list.key].push_back({{"Path", limit.path}, {list.number, limit.value}});
    }
    json["KernelMemory"] = h.kernelMemory;
    json["PidsLimit"] = h.pidsLimit == 0 ? Json() : Json(h.pidsLimit);
    json["OomKillDisable"] = h.oomKillDisable;
    json["OomScoreAdj"] = h.oomScoreAdj;
    json["CgroupParent"] = h.cgroupParent;
    json["Ulimits"] = Json::array();
    for (const auto& u : h.ulimits)
        json["Ulimits"].push_back({{"Name", u.name}, {"Soft", u.soft}, {"Hard", u.hard}});
}

void writeIsolation(const HostConfig& h, Json& json) {
    json["Privileged"] = h.privileged;
    json["ReadonlyRootfs"] = h.readonlyRootfs;
    json["Init"] = h.init;
    json["NetworkMode"] = h.networkMode;
    json["IpcMode"] = h.ipcMode;
    json["PidMode"] = h.pidMode;
    json["UTSMode"] = h.utsMode;
    json["CgroupnsMode"] = h.cgroupnsMode;
    json["UsernsMode"] = h.usernsMode;
    json["CapAdd"] = listOrNull(h.capAdd);
    json["CapDrop"] = listOrNull(h.capDrop);
    json["GroupAdd"] = listOrNull(h.groupAdd);
    json["SecurityOpt"] = listOrNull(h.securityOpt);
    json["Sysctls"] = h.sysctls;
    json["Runtime"] = h.runtime;
    json["LxcConf"] = Json::array();
    for (const auto& conf : h.lxcConf)
        json["LxcConf"].push_back(conf);
    json["Devices"] = Json::array();
    for (const auto& d : h.devices)
        json["Devices"].push_back({{"PathOnHost", d.pathOnHost},
                                   {"PathInContainer", d.pathInContainer},
                                   {"CgroupPermissions", d.cgroupPermissions}});
    json["DeviceCgroupRules"] = listOrNull(h.deviceCgroupRules);
    if (h.maskedPaths) json["MaskedPaths"] = *h.maskedPaths;
    if (h.readonlyPaths) json["ReadonlyPaths"] = *h.readonlyPaths;
}

void writeFilesAndNames(const HostConfig& h, Json& json) {
    json["Binds"] = listOrNull(h.binds);
    for (const auto& mount : h.mounts)
        json["Mounts"].push_back(toJson(mount));
    json["ContainerIDFile"] = h.containerIdFile;
    json["VolumesFrom"] = listOrNull(h.volumesFrom);
    json["VolumeDriver"] = h.volumeDriver;
    json["Tmpfs"] = h.tmpfs;
    json["ShmSize"] = h.shmSize;
    json["StorageOpt"] = h.storageOpt;
    json["Links"] = listOrNull(h.links);
    json["Dns"] = h.dns;
    json["DnsSearch"] = h.dnsSearch;
    json["DnsOptions"] = h.dnsOptions;
    json["ExtraHosts"] = listOrNull(h.extraHosts);
    json["PublishAllPorts"] = h.publishAllPorts;
    json["PortBindings"] = portBindingsToJson(h);
}

} // namespace

HostConfig hostConfigFromJson(const Json& json) {
    HostConfig h;
    readFilesAndNames(json, h);
    readLimits(json, h);
    readIsolation(json, h);
    h.autoRemove = getBool(json, "AutoRemove");
    h.annotations = getStringMap(json, "Annotations");
    refuseUnknown(json);
    const Json& restart = getMember(json, "RestartPolicy");
    h.restartPolicy.name = getString(restart, "Name");
    h.restartPolicy.maximumRetryCount = static_cast<int>(getInt(restart, "MaximumRetryCount"));
    const Json& log = getMember(json, "LogConfig");
    h.logConfig.type = getString(log, "Type");
    h.logConfig.config = getStringMap(log, "Config");
    if (const Json& size = getMember(json, "ConsoleSize"); size.is_array() && size.size() == 2) {
        h.consoleRows = size[0].is_number() ? size[0].get<int>() : 0;
        h.consoleColumns = size[1].is_number() ? size[1].get<int>() : 0;
    }
    return h;
}

Json toJson(const HostConfig& h) {
    Json json = Json::object();
    writeFilesAndNames(h, json);
    writeLimits(h, json);
    writeIsolation(h, json);
    json["AutoRemove"] = h.autoRemove;
    if (!h.annotations.empty()) json["Annotations"] = h.annotations;
    json["RestartPolicy"] = {{"Name", h.restartPolicy.name.empty() ? "no" : h.restartPolicy.name},
                             {"MaximumRetryCount", h.restartPolicy.maximumRetryCount}};
    json["LogConfig"] = {{"Type", h.logConfig.type}, {"Config", h.logConfig.config}};
    json["ConsoleSize"] = {h.consoleRows, h.consoleColumns};
    return json;
}

} // namespace ctrd::spec

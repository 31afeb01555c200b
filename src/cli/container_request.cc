#include "base/error.h"
#include "base/strings.h"
#include "cli/container_limits.h"
#include "cli/container_options.h"
#include "cli/mount_spec.h"
#include "cli/port_spec.h"
#include "cli/values.h"

#include <climits>

namespace ctrd::cli {

namespace {

int asInt(const Arguments& arguments, const char* option) {
    const int64_t value = arguments.number(option);
    if (value < INT_MIN || value > INT_MAX)
        throw invalidArgument(std::string("the value of --") + option +
                              " is out of range: " + std::to_string(value));
    return static_cast<int>(value);
}

void readStreams(const Arguments& arguments, bool attached, spec::ContainerConfig& config) {
    config.tty = arguments.flag("tty");
    config.openStdin = arguments.flag("interactive");
    for (const std::string& stream : arguments.list("attach")) {
        const std::string name = toLower(stream);
        if (name == "stdin")
            config.attachStdin = true;
        else if (name == "stdout")
            config.attachStdout = true;
        else if (name == "stderr")
            config.attachStderr = true;
        else
            throw invalidArgument("invalid stream '" + stream +
                                  "': --attach takes stdin, stdout or stderr");
    }
    if (attached && arguments.list("attach").empty()) {
        config.attachStdout = config.attachStderr = true;
        config.attachStdin = config.openStdin;
    }
    config.stdinOnce = config.openStdin && config.attachStdin;
}

void readProgram(const Arguments& arguments, spec::ContainerConfig& config) {
    config.image = arguments[0];
    config.cmd.assign(arguments.positionals().begin() + 1, arguments.positionals().end());
    // An empty one, too: it drops the image's.
    if (arguments.given("entrypoint")) config.entrypoint = {arguments.text("entrypoint")};
    config.user = arguments.text("user");
    config.workingDir = arguments.text("workdir");
    config.stopSignal = arguments.text("stop-signal");
    if (arguments.given("stop-timeout")) config.stopTimeout = asInt(arguments, "stop-timeout");
    for (const std::string& path : arguments.list("env-file")) {
        for (const std::string& entry : readEnvFile(path))
            config.env.push_back(entry);
    }
    for (const std::string& entry : arguments.list("env"))
        config.env.push_back(envEntry(entry));
    std::vector<std::string> labels;
    for (const std::string& path : arguments.list("label-file")) {
        for (const std::string& label : readLabelFile(path))
            labels.push_back(label);
    }
    for (const std::string& label : arguments.list("label"))
        labels.push_back(label);
    config.labels = labelsOf(labels);
    if (arguments.flag("force-kernel")) config.labels["ctrd.force-kernel"] = "true";
}

// The lists of limits of single block devices.
struct BlockLimits {
    const char* option;
    std::vector<spec::DeviceLimit> spec::HostConfig::*member;
    spec::DeviceLimit (*parse)(const std::string& text, const std::string& what);
};
constexpr BlockLimits kBlockLimits[] = {
    {"blkio-weight-device", &spec::HostConfig::blkioWeightDevice, parseDeviceLimit},
    {"device-read-bps", &spec::HostConfig::blkioDeviceReadBps, parseByteRate},
    {"device-write-bps", &spec::HostConfig::blkioDeviceWriteBps, parseByteRate},
    {"device-read-iops", &spec::HostConfig::blkioDeviceReadIOps, parseDeviceLimit},
    {"device-write-iops", &spec::HostConfig::blkioDeviceWriteIOps, parseDeviceLimit},
};

void readLimits(const Arguments& arguments, spec::HostConfig& host) {
    readCommonLimits(arguments, host);
    host.shmSize = bytesOf(arguments, "shm-size");
    if (arguments.given("memory-swappiness"))
        host.memorySwappiness = arguments.number("memory-swappiness");
    host.oomKillDisable = arguments.flag("oom-kill-disable");
    host.oomScoreAdj = asInt(arguments, "oom-score-adj");
    host.cgroupParent = arguments.text("cgroup-parent");
    for (const std::string& ulimit : arguments.list("ulimit"))
        host.ulimits.push_back(parseUlimit(ulimit));
    for (const auto& list : kBlockLimits)
        for (const std::string& text : arguments.list(list.option))
            (host.*list.member).push_back(list.parse(text, list.option));
}

void readIsolation(const Arguments& arguments, spec::HostConfig& host) {
    host.privileged = arguments.flag("privileged");
    host.readonlyRootfs = arguments.flag("read-only");
    host.init = arguments.flag("init");
    host.ipcMode = arguments.text("ipc");
    host.pidMode = arguments.text("pid");
    host.utsMode = arguments.text("uts");
    host.cgroupnsMode = arguments.text("cgroupns");
    host.usernsMode = arguments.text("userns");
    host.capAdd = arguments.list("cap-add");
    host.capDrop = arguments.list("cap-drop");
    host.groupAdd = arguments.list("group-add");
    host.securityOpt = arguments.list("security-opt");
    host.sysctls = keyValues(arguments.list("sysctl"), "sysctl");
    host.runtime = arguments.text("exec-driver");
    for (const std::string& line : arguments.list("lxc-conf")) {
        keyValue(line, "lxc-conf");
        host.lxcConf.push_back(line);
    }
    for (const std::string& device : arguments.list("device"))
        host.devices.push_back(parseDevice(device));
    host.deviceCgroupRules = arguments.list("device-cgroup-rule");
    host.annotations = keyValues(arguments.list("annotation"), "annotation");
}

void readFiles(const Arguments& arguments, ContainerRequest& request) {
    for (const std::string& text : arguments.list("volume")) {
        const VolumeOption option = parseVolume(text);
        if (!option.volume.empty()) request.config.volumes.insert(option.volume);
        if (!option.bind.empty()) request.hostConfig.binds.push_back(option.bind);
    }
    request.hostConfig.volumesFrom = arguments.list("volumes-from");
    request.hostConfig.volumeDriver = arguments.text("volume-driver");
    for (const std::string& text : arguments.list("tmpfs"))
        request.hostConfig.tmpfs.insert(parseTmpfs(text));
    for (const std::string& text : arguments.list("mount"))
        request.hostConfig.mounts.push_back(parseMount(text));
    request.hostConfig.storageOpt = keyValues(arguments.list("storage-opt"), "storage option");
    request.hostConfig.logConfig.type = arguments.text("log-driver");
    request.hostConfig.logConfig.config = keyValues(arguments.list("log-opt"), "log option");
}

void refuseAddresses(const Arguments& arguments) {
    for (const char* option : {"ip", "ip6", "network-alias"})
        if (arguments.given(option))
            throw notSupported(std::string("--") + option +
                               " is not built yet: a container gets the next free address of its "
                               "network, and --add-host gives a name to one");
}

void readNetwork(const Arguments& arguments, ContainerRequest& request) {
    spec::HostConfig& host = request.hostConfig;
    request.config.hostname = arguments.text("hostname");
    request.config.domainname = arguments.text("domainname");
    request.config.macAddress = arguments.text("mac-address");
    if (!request.config.macAddress.empty()) checkMacAddress(request.config.macAddress);
    refuseAddresses(arguments);
    host.networkMode = arguments.text("net");
    host.links = arguments.list("link");
    host.dns = arguments.list("dns");
    for (const std::string& address : host.dns)
        checkIpAddress(address, "name server");
    host.dnsOptions = arguments.list("dns-opt");
    host.dnsSearch = arguments.list("dns-search");
    host.extraHosts = arguments.list("add-host");
    for (const std::string& entry : host.extraHosts)
        checkExtraHost(entry);
    Ports ports;
    for (const std::string& port : arguments.list("publish"))
        addPublished(ports, port);
    for (const std::string& port : arguments.list("expose"))
        addExposed(ports, port);
    request.config.exposedPorts = ports.exposed;
    host.portBindings = ports.published;
    host.publishAllPorts = arguments.flag("publish-all");
}

void readPolicy(const Arguments& arguments, ContainerRequest& request) {
    spec::HostConfig& host = request.hostConfig;
    host.restartPolicy = parseRestartPolicy(arguments.text("restart"));
    host.autoRemove = arguments.flag("rm");
    if (host.autoRemove && host.restartPolicy.name != "no")
        throw invalidArgument("--rm and --restart=" + host.restartPolicy.name +
                              " exclude each other: choose one of them");
    request.name = arguments.text("name");
    request.platform = arguments.text("platform");
    request.cidFile = host.containerIdFile = arguments.text("cidfile");
    request.pull = arguments.text("pull");
    if (request.pull != "missing" && request.pull != "always" && request.pull != "never")
        throw invalidArgument("invalid value '" + request.pull +
                              "' for --pull: always, missing or never is wanted");
}

// What the daemon will check as well; what it cannot do yet is for it to say.
void validateHere(const ContainerRequest& request) {
    spec::validate(request.config);
    try {
        spec::validate(request.hostConfig);
    } catch (const Error& e) {
        if (e.kind() == ErrorKind::InvalidArgument) throw;
    }
}

} // namespace

ContainerRequest containerRequest(const Arguments& arguments, bool attached) {
    ContainerRequest request;
    if (arguments[0].empty()) throw invalidArgument("the name of the image is empty");
    readStreams(arguments, attached, request.config);
    readProgram(arguments, request.config);
    readLimits(arguments, request.hostConfig);
    readIsolation(arguments, request.hostConfig);
    readFiles(arguments, request);
    readNetwork(arguments, request);
    readPolicy(arguments, request);
    validateHere(request);
    return request;
}

} // namespace ctrd::cli

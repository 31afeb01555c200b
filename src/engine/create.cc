#include "archive/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/path.h"
#include "base/strings.h"
#include "engine/command_builder.h"
#include "engine/engine_impl.h"
#include "engine/mount_points.h"
#include "engine/names.h"
#include "logging/drivers.h"
#include "spec/conflicts.h"
#include "storage/layer_store.h"

#include <algorithm>
#include <climits>

#include <unistd.h>

namespace ctrd::engine {

namespace {

constexpr int64_t kShmSize = 64 << 20; // bytes, as Docker

std::string hostName() {
    char name[HOST_NAME_MAX + 1] = {};
    if (::gethostname(name, sizeof name - 1) != 0) throw SystemError("read the host's name");
    return name;
}

// A namespace shared with the host or another container brings its name with it.
std::string hostnameOf(const EngineImpl& engine, const ContainerRecord& record) {
    const std::string& own = record.config.hostname;
    const std::string other = joinedContainer(record.hostConfig.networkMode);
    if (!own.empty()) return own;
    if (!other.empty()) return engine.containers.find(other)->lock()->record.config.hostname;
    if (record.hostConfig.networkMode == "host" || record.hostConfig.utsMode == "host")
        return hostName();
    return shortId(record.id);
}

// The daemon's options are of use to its own driver only; the container's win.
void fillLogConfig(const spec::LogConfig& daemon, spec::LogConfig& container) {
    if (container.type.empty()) container.type = daemon.type.empty() ? "json-file" : daemon.type;
    if (container.type == daemon.type)
        container.config.insert(daemon.config.begin(), daemon.config.end());
}

// For clients that cannot name a runtime.  Of the request alone: an image does not choose.
std::string labelledDriver(const std::map<std::string, std::string>& labels) {
    const auto at = labels.find("ctrd.exec-driver");
    return at == labels.end() ? "" : at->second;
}

void fillDefaults(const EngineImpl& engine, ContainerRecord& record) {
    spec::HostConfig& host = record.hostConfig;
    if (host.shmSize == 0) host.shmSize = kShmSize;
    if (host.networkMode.empty()) host.networkMode = "default";
    if (host.ipcMode.empty()) host.ipcMode = "private";
    engine.resolveSharing(host);
    if (host.restartPolicy.name.empty()) host.restartPolicy.name = "no";
    fillLogConfig(engine.defaults().logConfig, host.logConfig);
    if (host.memory > 0 && host.memorySwap == 0) host.memorySwap = 2 * host.memory;
    if (!engine.limits.swap) host.memorySwap = 0;
    record.execDriver = host.runtime.empty() ? engine.options.execDriver : host.runtime;
    if (host.cgroupnsMode.empty()) host.cgroupnsMode = "host";
    host.runtime = record.execDriver;
    record.storageDriver = engine.layers.driver().name();
    record.config.hostname = hostnameOf(engine, record);
}

// What a start would only find when something was made already.
void checkStartable(const EngineImpl& engine, const ContainerRecord& record) {
    const spec::HostConfig& host = record.hostConfig;
    if (record.config.cmd.empty() && record.config.entrypoint.empty())
        throw invalidArgument("No command specified: neither the request nor the image has one");
    const auto& drivers = engine.options.execDrivers;
    if (std::find(drivers.begin(), drivers.end(), record.execDriver) == drivers.end())
        throw invalidArgument("unknown or invalid runtime name: " + record.execDriver + ": " +
                              join(drivers, ", ") + " can be had (--exec-driver)");
    if (engine.options.checkExecOptions)
        engine.options.checkExecOptions(record.execDriver, host.lxcConf);
    const std::string network = host.networkMode == "default" ? "bridge" : host.networkMode;
    const std::string other = joinedContainer(network);
    // Not NotFound: at create Docker's clients take that for the image, and pull.
    if (other.empty() && engine.networks.count(network) == 0)
        throw invalidArgument("network " + network + " not found: bridge, host, none or " +
                              "container:NAME is wanted");
    startPlaceOf(record.config.labels);
    logging::validateOptions(host.logConfig.type, host.logConfig.config);
    cgroupPath(host.cgroupParent, record.id);
    capabilitiesOf(host);
    checkUlimits(host);
    parseSecurityOptions(host.securityOpt);
    devicesOf(host);
    resourcesOf(host);
    mountsOf(host, record.mounts, "/");
}

std::string reserveName(ContainerStore& containers, const std::string& wanted,
                        const std::string& id) {
    if (!wanted.empty()) {
        std::string name = checkName(wanted);
        containers.reserveName(name, id);
        return name;
    }
    for (int retry = 0; retry < 10; ++retry) {
        std::string name = randomName(retry);
        try {
            containers.reserveName(name, id);
            return name;
        } catch (const Error& e) {
            if (e.kind() != ErrorKind::Conflict) throw;
        }
    }
    std::string name = shortId(id);
    containers.reserveName(name, id);
    return name;
}

std::string machineArchitecture() {
#if defined(__x86_64__)
    return "amd64";
#elif defined(__i386__)
    return "386";
#elif defined(__aarch64__)
    return "arm64";
#else
    return "";
#endif
}

void warnOfPlatform(const image::Image& image, std::vector<std::string>& warnings) {
    const std::string machine = machineArchitecture();
    if (image.architecture.empty() || machine.empty() || image.architecture == machine) return;
    warnings.push_back("The requested image's platform (linux/" + image.architecture +
                       ") does not match the detected host platform (linux/" + machine +
                       ") and no specific platform was requested");
}

// Files, volumes and layer; nothing stays behind on failure.
ContainerPtr make(EngineImpl& engine, ContainerRecord record, const std::string& chainId,
                  Undo& undo) {
    const std::string id = record.id;
    const bool autoRemove = record.hostConfig.autoRemove;
    const std::string directory = joinPath(engine.containersDirectory(), id);
    makeDir(directory, 0700);
    undo.add([directory] { removeTree(directory); });
    const auto leases = engine.openVolumes(directory, record.mounts, undo);
    const auto parent = chainId.empty() ? archive::Digest() : archive::Digest::parse(chainId);
    engine.layers.createContainerLayer(id, parent, mountPointsTar());
    undo.add([&engine, id] { engine.layers.removeContainerLayer(id); });
    engine.fillVolumes(record, leases);
    auto container = std::make_shared<Container>(std::move(record), RunRecord{}, directory);
    // It makes the directory a container.
    container->saveRecord(autoRemove ? Durable::No : Durable::Yes);
    undo.keepAll();
    EngineImpl::forgetNewVolumes(directory);
    engine.containers.add(container); // before the leases end, so that its volumes are in use
    return container;
}

} // namespace

ContainerRecord EngineImpl::recordOf(const CreateRequest& request, const image::Image& image,
                                     std::vector<std::string>& warnings) const {
    ContainerRecord record;
    record.id = newId();
    record.created = now();
    record.imageId = image.id;
    record.config = spec::merge(request.config, image.config);
    record.hostConfig = request.hostConfig;
    if (record.hostConfig.runtime.empty())
        record.hostConfig.runtime = labelledDriver(request.config.labels);
    warnings = dropUnsupported(record.hostConfig, limits);
    warnOfPlatform(image, warnings);
    fillDefaults(*this, record);
    spec::validate(record.config); // what the image added
    checkCpus(record.hostConfig, limits);
    return record;
}

CreateResult Engine::create(const CreateRequest& request) {
    spec::refuseConflicts(request.config, request.hostConfig);
    spec::validate(request.config);
    spec::validate(request.hostConfig);
    if (request.config.image.empty())
        throw invalidArgument("Config.Image is empty: name the image to make the container from");
    const image::Image image = images_.get(request.config.image);

    CreateResult result;
    ContainerRecord record = impl_->recordOf(request, image, result.warnings);
    result.id = record.id;
    checkSources(record.hostConfig);
    record.mounts = impl_->mountPointsOf(record);
    checkStartable(*impl_, record);

    Undo undo;
    record.name = reserveName(impl_->containers, request.name, record.id);
    undo.add([this, name = record.name] { impl_->containers.releaseName(name); });
    const ContainerPtr container = make(*impl_, std::move(record), image.chainId, undo);
    impl_->emit(*container, "create");
    return result;
}

} // namespace ctrd::engine

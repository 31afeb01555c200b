#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/ids.h"
#include "base/path.h"
#include "base/strings.h"
#include "engine/engine_impl.h"
#include "storage/layer_store.h"

#include <sys/utsname.h>
#include <unistd.h>

namespace ctrd::engine {

namespace {

void countContainers(const ContainerStore& containers, InfoView& info) {
    for (const auto& container : containers.all()) {
        ++info.containers;
        switch (container->status()) {
            case Status::Running:
            case Status::Restarting:
                ++info.running;
                break;
            case Status::Paused:
                ++info.paused;
                break;
            default:
                ++info.stopped;
                break;
        }
    }
}

// PRETTY_NAME of os-release(5), which EL6 has not: there it is the line of redhat-release.
std::string operatingSystem() {
    const std::string key = "PRETTY_NAME=";
    if (exists("/etc/os-release"))
        for (const auto& line : split(readFile("/etc/os-release"), '\n')) {
            if (!startsWith(line, key)) continue;
            const std::string value = trim(line.substr(key.size()));
            return value.size() > 1 && value.front() == '"' ? value.substr(1, value.size() - 2)
                                                            : value;
        }
    return exists("/etc/redhat-release") ? trim(readFile("/etc/redhat-release")) : "Linux";
}

// The value in bytes of a "Key:   123 kB" line.
int64_t kilobyteLine(const std::string& text, const std::string& key) {
    for (const auto& line : split(text, '\n')) {
        const auto words = splitWords(line);
        if (words.size() >= 2 && words[0] == key + ":")
            return parseInt(words[1]).value_or(0) * 1024;
    }
    return 0;
}

int numberLine(const std::string& text, const std::string& key) {
    return static_cast<int>(kilobyteLine(text, key) / 1024);
}

struct utsname hostNames() {
    struct utsname names = {};
    if (::uname(&names) != 0) throw SystemError("read the kernel's name");
    return names;
}

void describeHost(const HostLimits& limits, InfoView& info) {
    const struct utsname names = hostNames();
    info.name = names.nodename;
    info.kernelVersion = names.release;
    info.architecture = names.machine;
    info.operatingSystem = operatingSystem();
    info.cpus = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    info.memoryTotal = kilobyteLine(readFile("/proc/meminfo"), "MemTotal");
    info.memoryLimit = limits.memory;
    info.swapLimit = limits.swap;
    info.cpuCfs = limits.cpuCfs;
    info.cpuShares = limits.cpuShares;
    info.cpuset = limits.cpuset;
    info.pidsLimit = limits.pids;
    info.oomKillDisable = limits.oomKillDisable;
    const std::string forwarding = "/proc/sys/net/ipv4/ip_forward";
    info.ipv4Forwarding = exists(forwarding) && trim(readFile(forwarding)) == "1";
    info.warnings = limitWarnings(limits);
    if (!info.ipv4Forwarding) info.warnings.emplace_back("WARNING: IPv4 forwarding is disabled");
}

// Made once per root directory, so that a fleet can tell its daemons apart.
std::string daemonId(const std::string& root) {
    const std::string path = joinPath(root, "engine-id");
    if (!exists(path)) writeFileAtomic(path, newId() + "\n");
    return trim(readFile(path));
}

} // namespace

void EngineImpl::emitDaemon(const std::string& action,
                            std::map<std::string, std::string> attributes) {
    Event event;
    event.type = "daemon";
    event.action = action;
    event.id = daemonId(options.root);
    event.time = now();
    event.attributes = std::move(attributes);
    event.attributes["name"] = hostNames().nodename;
    events.publish(std::move(event));
}

void Engine::reload(const Defaults& defaults) {
    impl_->setDefaults(defaults);
    impl_->emitDaemon("reload", {{"debug", defaults.debug ? "true" : "false"},
                                 {"labels", "[" + join(defaults.labels, ",") + "]"}});
}

InfoView Engine::info() const {
    InfoView info;
    const Options& options = impl_->options;
    info.id = daemonId(options.root);
    countContainers(impl_->containers, info);
    info.images = static_cast<int>(images_.list().size());
    info.storageDriver = impl_->layers.driver().name();
    info.storageStatus = impl_->layers.driver().status();
    info.execDriver = options.execDriver;
    info.execDrivers = options.execDrivers;
    const Defaults defaults = impl_->defaults();
    info.loggingDriver = defaults.logConfig.type.empty() ? "json-file" : defaults.logConfig.type;
    info.rootDirectory = options.root;
    info.debug = defaults.debug;
    info.labels = defaults.labels;
    info.initPath = options.initProgram;
    info.fileDescriptors = static_cast<int>(listDir("/proc/self/fd").size());
    info.threads = numberLine(readFile("/proc/self/status"), "Threads");
    info.eventListeners = impl_->events.subscribers();
    describeHost(impl_->limits, info);
    return info;
}

} // namespace ctrd::engine

#include "base/strings.h"
#include "spec/definition_forms.h"

#include <climits>
#include <cmath>
#include <cstdlib>
#include <type_traits>

// The form <container>.  One table of elements serves reading and writing.
namespace ctrd::spec {

namespace {

// An element, or several of one name: how it is read and how it is written.
struct Element {
    const char* name;
    void (*read)(const XmlElement& element, Definition& definition);
    void (*write)(const char* name, const Definition& definition, XmlWriter& to);
};

// --- what a member of Definition needs to be an element ---

template <auto Part, auto Member>
constexpr Element text(const char* name) {
    return {name,
            [](const XmlElement& e, Definition& d) {
                e.allow({});
                (d.*Part).*Member = e.content();
            },
            [](const char* n, const Definition& d, XmlWriter& to) {
                const std::string& value = (d.*Part).*Member;
                if (!value.empty()) to.add(n, value);
            }};
}

// There, or not there.
template <auto Part, auto Member>
constexpr Element flag(const char* name) {
    return {name,
            [](const XmlElement& e, Definition& d) {
                e.allow({});
                if (!trim(e.text).empty() || !e.children.empty())
                    throw e.failure("it must be empty");
                (d.*Part).*Member = true;
            },
            [](const char* n, const Definition& d, XmlWriter& to) {
                if ((d.*Part).*Member) to.add(n, "");
            }};
}

template <auto Member, int64_t Least, int64_t Most>
constexpr Element number(const char* name) {
    return {name,
            [](const XmlElement& e, Definition& d) {
                e.allow({});
                d.hostConfig.*Member = static_cast<std::decay_t<decltype(d.hostConfig.*Member)>>(
                    e.numberOfText(Least, Most));
            },
            [](const char* n, const Definition& d, XmlWriter& to) {
                const auto value = d.hostConfig.*Member;
                if (value != 0) to.add(n, std::to_string(value));
            }};
}

// A size; "-1" stands for no limit where the option has that.
template <auto Member>
constexpr Element bytes(const char* name) {
    return {name,
            [](const XmlElement& e, Definition& d) {
                e.allow({"unit"});
                d.hostConfig.*Member = trim(e.text) == "-1" ? -1 : e.bytes("b");
            },
            [](const char* n, const Definition& d, XmlWriter& to) {
                const int64_t value = d.hostConfig.*Member;
                if (value != 0) to.add(n, std::to_string(value));
            }};
}

template <auto Member>
constexpr Element list(const char* name) {
    return {name,
            [](const XmlElement& e, Definition& d) {
                e.allow({});
                (d.hostConfig.*Member).push_back(e.content());
            },
            [](const char* n, const Definition& d, XmlWriter& to) {
                for (const auto& value : d.hostConfig.*Member)
                    to.add(n, value);
            }};
}

// <device-read-iops path='/dev/sda'>100</device-read-iops>
template <auto Member>
constexpr Element deviceLimits(const char* name) {
    return {
        name,
        [](const XmlElement& e, Definition& d) {
            e.allow({"path"});
            (d.hostConfig.*Member).push_back({e.attribute("path"), e.numberOfText(1, INT64_MAX)});
        },
        [](const char* n, const Definition& d, XmlWriter& to) {
            for (const auto& limit : d.hostConfig.*Member)
                to.add(n, std::to_string(limit.value), {{"path", limit.path}});
        }};
}

// <env name='A'>1</env>; `Key` is the attribute.
void readPair(const XmlElement& e, const char* key, std::map<std::string, std::string>& map) {
    e.allow({key});
    if (!e.children.empty()) throw e.failure("text is wanted in it");
    if (!map.emplace(e.attribute(key), e.text).second)
        throw e.failure("'" + e.attribute(key) + "' is there already");
}

template <auto Part, auto Member>
constexpr Element pairs(const char* name) {
    return {name,
            [](const XmlElement& e, Definition& d) { readPair(e, "name", (d.*Part).*Member); },
            [](const char* n, const Definition& d, XmlWriter& to) {
                for (const auto& [key, value] : (d.*Part).*Member)
                    to.add(n, value, {{"name", key}});
            }};
}

// --- elements with a form of their own ---

void readArguments(const XmlElement& e, std::vector<std::string>& words) {
    e.allow({});
    if (!words.empty()) throw e.failure("it is there already");
    forEachChild(e, {{"arg", [&](const XmlElement& arg) {
                          arg.allow({});
                          words.push_back(arg.text);
                      }}});
    if (words.empty()) throw e.failure("it has no <arg>");
}

template <auto Member>
constexpr Element arguments(const char* name) {
    return {name, [](const XmlElement& e, Definition& d) { readArguments(e, d.config.*Member); },
            [](const char* n, const Definition& d, XmlWriter& to) {
                if ((d.config.*Member).empty()) return;
                to.open(n);
                for (const auto& word : d.config.*Member)
                    to.add("arg", word);
                to.close();
            }};
}

void readEnv(const XmlElement& e, Definition& d) {
    e.allow({"name"});
    if (!e.children.empty()) throw e.failure("text is wanted in it");
    d.config.env.push_back(e.attribute("name") + "=" + e.text);
}

void writeEnv(const char* name, const Definition& d, XmlWriter& to) {
    for (const auto& entry : d.config.env)
        if (const auto pair = splitOnce(entry, '='))
            to.add(name, pair->second, {{"name", pair->first}});
}

void readExpose(const XmlElement& e, Definition& d) {
    e.allow({});
    const std::string port = e.content();
    d.config.exposedPorts.insert(containsChar(port, '/') ? port : port + "/tcp");
}

void writeExpose(const char* name, const Definition& d, XmlWriter& to) {
    for (const auto& port : d.config.exposedPorts)
        to.add(name, port);
}

void readPublish(const XmlElement& e, Definition& d) {
    e.allow({"port", "host-ip", "host-port"});
    std::string port = e.attribute("port");
    if (!containsChar(port, '/')) port += "/tcp";
    d.config.exposedPorts.insert(port);
    d.hostConfig.portBindings[port].push_back(
        {e.attribute("host-ip", ""), e.attribute("host-port", "")});
}

void writePublish(const char* name, const Definition& d, XmlWriter& to) {
    for (const auto& [port, bindings] : d.hostConfig.portBindings)
        for (const auto& binding : bindings)
            to.add(name, "",
                   {{"port", port}, {"host-ip", binding.hostIp}, {"host-port", binding.hostPort}});
}

void readCpus(const XmlElement& e, Definition& d) {
    e.allow({});
    const std::string text = e.content();
    char* end = nullptr;
    const double cpus = std::strtod(text.c_str(), &end);
    const bool plain = text.find_first_not_of("0123456789.") == std::string::npos;
    if (!plain || *end != '\0' || cpus <= 0 || cpus > 100000)
        throw e.failure("'" + text + "': a number of processors is wanted, as 1.5");
    d.hostConfig.nanoCpus = std::llround(cpus * 1e9);
}

void writeCpus(const char* name, const Definition& d, XmlWriter& to) {
    const int64_t nano = d.hostConfig.nanoCpus;
    if (nano == 0) return;
    const std::string digits = std::to_string(nano % 1000000000);
    to.add(name,
           std::to_string(nano / 1000000000) + "." + std::string(9 - digits.size(), '0') + digits);
}

void readSwappiness(const XmlElement& e, Definition& d) {
    e.allow({});
    d.hostConfig.memorySwappiness = e.numberOfText(0, 100);
}

void writeSwappiness(const char* name, const Definition& d, XmlWriter& to) {
    if (const auto& value = d.hostConfig.memorySwappiness) to.add(name, std::to_string(*value));
}

void readStopTimeout(const XmlElement& e, Definition& d) {
    e.allow({});
    d.config.stopTimeout = static_cast<int>(e.numberOfText(-1, INT_MAX));
}

void writeStopTimeout(const char* name, const Definition& d, XmlWriter& to) {
    if (d.config.stopTimeout) to.add(name, std::to_string(*d.config.stopTimeout));
}

void readRestart(const XmlElement& e, Definition& d) {
    e.allow({"retries"});
    d.hostConfig.restartPolicy.name = e.content();
    if (e.attributes.count("retries") > 0)
        d.hostConfig.restartPolicy.maximumRetryCount =
            static_cast<int>(e.number("retries", 0, INT_MAX));
}

void writeRestart(const char* name, const Definition& d, XmlWriter& to) {
    const RestartPolicy& policy = d.hostConfig.restartPolicy;
    if (policy.name.empty() || policy.name == "no") return;
    const int retries = policy.maximumRetryCount;
    to.add(name, policy.name, {{"retries", retries == 0 ? "" : std::to_string(retries)}});
}

void readLogDriver(const XmlElement& e, Definition& d) {
    e.allow({});
    d.hostConfig.logConfig.type = e.content();
}

void writeLogDriver(const char* name, const Definition& d, XmlWriter& to) {
    if (!d.hostConfig.logConfig.type.empty()) to.add(name, d.hostConfig.logConfig.type);
}

void readLogOption(const XmlElement& e, Definition& d) {
    readPair(e, "name", d.hostConfig.logConfig.config);
}

void writeLogOptions(const char* name, const Definition& d, XmlWriter& to) {
    for (const auto& [key, value] : d.hostConfig.logConfig.config)
        to.add(name, value, {{"name", key}});
}

void readTmpfs(const XmlElement& e, Definition& d) {
    readPair(e, "target", d.hostConfig.tmpfs);
}

void writeTmpfs(const char* name, const Definition& d, XmlWriter& to) {
    for (const auto& [target, options] : d.hostConfig.tmpfs)
        to.add(name, options, {{"target", target}});
}

void readUlimit(const XmlElement& e, Definition& d) {
    e.allow({"name", "soft", "hard"});
    Ulimit limit;
    limit.name = e.attribute("name");
    limit.soft = limit.hard = e.number("soft", -1, INT64_MAX);
    if (e.attributes.count("hard") > 0) limit.hard = e.number("hard", -1, INT64_MAX);
    d.hostConfig.ulimits.push_back(limit);
}

void writeUlimits(const char* name, const Definition& d, XmlWriter& to) {
    for (const auto& limit : d.hostConfig.ulimits)
        to.add(name, "",
               {{"name", limit.name},
                {"soft", std::to_string(limit.soft)},
                {"hard", std::to_string(limit.hard)}});
}

void readDevice(const XmlElement& e, Definition& d) {
    e.allow({"source", "target", "permissions"});
    const std::string source = e.attribute("source");
    d.hostConfig.devices.push_back(
        {source, e.attribute("target", source), e.attribute("permissions", "rwm")});
}

void writeDevices(const char* name, const Definition& d, XmlWriter& to) {
    for (const auto& device : d.hostConfig.devices)
        to.add(name, "",
               {{"source", device.pathOnHost},
                {"target", device.pathInContainer},
                {"permissions", device.cgroupPermissions}});
}

// What -v says; a path alone is a volume of the container's own.
void readVolume(const XmlElement& e, Definition& d) {
    e.allow({});
    const std::string text = e.content();
    if (containsChar(text, ':'))
        d.hostConfig.binds.push_back(text);
    else
        d.config.volumes.insert(text);
}

void writeVolumes(const char* name, const Definition& d, XmlWriter& to) {
    for (const auto& bind : d.hostConfig.binds)
        to.add(name, bind);
    for (const auto& path : d.config.volumes)
        to.add(name, path);
}

void readMount(const XmlElement& e, Definition& d) {
    e.allow({"type", "source", "target", "readonly", "propagation", "nocopy", "size"});
    Mount mount;
    mount.type = e.attribute("type");
    mount.source = e.attribute("source", "");
    mount.target = e.attribute("target");
    mount.readOnly = e.truth("readonly", false);
    mount.propagation = e.attribute("propagation", "");
    mount.volume.noCopy = e.truth("nocopy", false);
    if (e.attributes.count("size") > 0) mount.tmpfsSize = e.number("size", 1, INT64_MAX);
    d.hostConfig.mounts.push_back(mount);
}

void writeMounts(const char* name, const Definition& d, XmlWriter& to) {
    for (const auto& mount : d.hostConfig.mounts)
        to.add(name, "",
               {{"type", mount.type},
                {"source", mount.source},
                {"target", mount.target},
                {"readonly", mount.readOnly ? "yes" : ""},
                {"propagation", mount.propagation},
                {"nocopy", mount.volume.noCopy ? "yes" : ""},
                {"size", mount.tmpfsSize == 0 ? "" : std::to_string(mount.tmpfsSize)}});
}

constexpr auto kConfig = &Definition::config;
constexpr auto kHost = &Definition::hostConfig;
using C = ContainerConfig;
using H = HostConfig;

// In the order in which they are written.
constexpr Element kElements[] = {
    text<kConfig, &C::image>("image"),
    arguments<&C::entrypoint>("entrypoint"),
    arguments<&C::cmd>("command"),
    {"env", readEnv, writeEnv},
    text<kConfig, &C::user>("user"),
    list<&H::groupAdd>("group-add"),
    text<kConfig, &C::workingDir>("workdir"),
    text<kConfig, &C::hostname>("hostname"),
    text<kConfig, &C::domainname>("domainname"),
    flag<kConfig, &C::tty>("tty"),
    flag<kConfig, &C::openStdin>("interactive"),
    flag<kHost, &H::init>("init"),
    text<kConfig, &C::stopSignal>("stop-signal"),
    {"stop-timeout", readStopTimeout, writeStopTimeout},
    {"restart", readRestart, writeRestart},
    flag<kHost, &H::autoRemove>("rm"),
    pairs<kConfig, &C::labels>("label"),

    bytes<&H::memory>("memory"),
    bytes<&H::memorySwap>("memory-swap"),
    bytes<&H::memoryReservation>("memory-reservation"),
    {"memory-swappiness", readSwappiness, writeSwappiness},
    flag<kHost, &H::oomKillDisable>("oom-kill-disable"),
    number<&H::oomScoreAdj, -1000, 1000>("oom-score-adj"),
    bytes<&H::shmSize>("shm-size"),
    {"cpus", readCpus, writeCpus},
    number<&H::cpuShares, 0, INT64_MAX>("cpu-shares"),
    number<&H::cpuPeriod, 0, INT64_MAX>("cpu-period"),
    number<&H::cpuQuota, -1, INT64_MAX>("cpu-quota"),
    text<kHost, &H::cpusetCpus>("cpuset-cpus"),
    text<kHost, &H::cpusetMems>("cpuset-mems"),
    number<&H::blkioWeight, 0, INT64_MAX>("blkio-weight"),
    deviceLimits<&H::blkioWeightDevice>("blkio-weight-device"),
    deviceLimits<&H::blkioDeviceReadBps>("device-read-bps"),
    deviceLimits<&H::blkioDeviceWriteBps>("device-write-bps"),
    deviceLimits<&H::blkioDeviceReadIOps>("device-read-iops"),
    deviceLimits<&H::blkioDeviceWriteIOps>("device-write-iops"),
    number<&H::pidsLimit, -1, INT64_MAX>("pids-limit"),
    {"ulimit", readUlimit, writeUlimits},
    text<kHost, &H::cgroupParent>("cgroup-parent"),

    {"volume", readVolume, writeVolumes},
    {"mount", readMount, writeMounts},
    list<&H::volumesFrom>("volumes-from"),
    text<kHost, &H::volumeDriver>("volume-driver"),
    {"tmpfs", readTmpfs, writeTmpfs},
    {"device", readDevice, writeDevices},
    flag<kHost, &H::readonlyRootfs>("read-only"),
    pairs<kHost, &H::storageOpt>("storage-opt"),

    text<kHost, &H::networkMode>("net"),
    text<kConfig, &C::macAddress>("mac-address"),
    {"expose", readExpose, writeExpose},
    {"publish", readPublish, writePublish},
    flag<kHost, &H::publishAllPorts>("publish-all"),
    list<&H::links>("link"),
    list<&H::dns>("dns"),
    list<&H::dnsSearch>("dns-search"),
    list<&H::dnsOptions>("dns-opt"),
    list<&H::extraHosts>("add-host"),

    flag<kHost, &H::privileged>("privileged"),
    list<&H::capAdd>("cap-add"),
    list<&H::capDrop>("cap-drop"),
    list<&H::securityOpt>("security-opt"),
    text<kHost, &H::ipcMode>("ipc"),
    text<kHost, &H::pidMode>("pid"),
    text<kHost, &H::utsMode>("uts"),
    pairs<kHost, &H::sysctls>("sysctl"),
    text<kHost, &H::runtime>("exec-driver"),
    list<&H::lxcConf>("lxc-conf"),
    {"log-driver", readLogDriver, writeLogDriver},
    {"log-opt", readLogOption, writeLogOptions},
};

std::string written(const Element& element, const Definition& definition) {
    XmlWriter to;
    element.write(element.name, definition, to);
    return to.text();
}

} // namespace

void readContainerChild(const XmlElement& child, Definition& definition) {
    for (const Element& element : kElements)
        if (child.name == element.name) return element.read(child, definition);
    throw child.failure("it is not known in <container>");
}

std::vector<std::string> differences(const Definition& one, const Definition& other) {
    std::vector<std::string> names;
    for (const Element& element : kElements)
        if (written(element, one) != written(element, other)) names.emplace_back(element.name);
    return names;
}

std::string toXml(const Definition& definition) {
    XmlWriter to;
    to.open("container", {{"name", definition.name}});
    for (const Element& element : kElements)
        element.write(element.name, definition, to);
    to.close();
    return to.text();
}

} // namespace ctrd::spec

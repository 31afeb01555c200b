#include "base/path.h"
#include "base/strings.h"
#include "spec/definition_forms.h"

#include <algorithm>
#include <climits>
#include <iterator>

// The form <domain type='lxc'> of libvirt (https://libvirt.org/formatdomain.html), as virsh dumpxml
// writes it.  What a container cannot have without a difference is refused; what only says how
// libvirt itself runs it is passed over.
namespace ctrd::spec {

namespace {

constexpr int64_t kKibi = 1024;
// libvirt writes "no limit" as this number of KiB (VIR_DOMAIN_MEMORY_PARAM_UNLIMITED).
constexpr int64_t kUnlimited = 9007199254740991 * kKibi;

void passOver(const XmlElement&) {}

void readName(const XmlElement& e, Definition& d) {
    d.name = e.content();
}

// --- memory and processors ---

int64_t limit(const XmlElement& e) {
    const int64_t bytes = e.bytes("KiB");
    return bytes >= kUnlimited ? 0 : bytes;
}

// What a domain has is what it is limited to, unless <memtune> says otherwise.
void readMemory(const XmlElement& e, Definition& d) {
    e.allow({"unit", "dumpCore"});
    if (d.hostConfig.memory == 0) d.hostConfig.memory = limit(e);
}

void readMemtune(const XmlElement& e, Definition& d) {
    HostConfig& h = d.hostConfig;
    forEachChild(e, {{"hard_limit", [&](const XmlElement& c) { h.memory = limit(c); }},
                     {"soft_limit", [&](const XmlElement& c) { h.memoryReservation = limit(c); }},
                     {"swap_hard_limit", [&](const XmlElement& c) {
                          const int64_t bytes = limit(c);
                          h.memorySwap = bytes == 0 ? -1 : bytes;
                      }}});
}

// Processors that it may run on; their number limits no container of libvirt's, and none here.
void readVcpu(const XmlElement& e, Definition& d) {
    e.allow({"placement", "cpuset", "current"});
    e.numberOfText(1, INT_MAX);
    d.hostConfig.cpusetCpus = e.attribute("cpuset", "");
}

void readCputune(const XmlElement& e, Definition& d) {
    HostConfig& h = d.hostConfig;
    forEachChild(
        e, {{"shares", [&](const XmlElement& c) { h.cpuShares = c.numberOfText(2, 262144); }},
            {"period", [&](const XmlElement& c) { h.cpuPeriod = c.numberOfText(1000, 1000000); }},
            {"quota", [&](const XmlElement& c) {
                 const int64_t quota = c.numberOfText(-1, INT64_MAX);
                 h.cpuQuota = quota <= 0 ? 0 : quota;
             }}});
}

void readNumatune(const XmlElement& e, Definition& d) {
    forEachChild(e, {{"memory", [&](const XmlElement& c) {
                          c.allow({"mode", "nodeset", "placement"});
                          d.hostConfig.cpusetMems = c.attribute("nodeset", "");
                      }}});
}

// libvirt writes 0 where a device has no such limit.
void readBlockDevice(const XmlElement& e, HostConfig& h) {
    std::string path;
    std::vector<std::pair<std::vector<DeviceLimit>*, int64_t>> limits;
    const auto into = [&](std::vector<DeviceLimit>& list, int64_t most) {
        return [&limits, &list, most](const XmlElement& c) {
            limits.emplace_back(&list, c.numberOfText(0, most));
        };
    };
    forEachChild(e, {{"path", [&](const XmlElement& c) { path = c.content(); }},
                     {"weight", into(h.blkioWeightDevice, 1000)},
                     {"read_bytes_sec", into(h.blkioDeviceReadBps, INT64_MAX)},
                     {"write_bytes_sec", into(h.blkioDeviceWriteBps, INT64_MAX)},
                     {"read_iops_sec", into(h.blkioDeviceReadIOps, UINT_MAX)},
                     {"write_iops_sec", into(h.blkioDeviceWriteIOps, UINT_MAX)}});
    if (path.empty()) throw e.failure("it has no <path>");
    for (const auto& [list, value] : limits)
        if (value != 0) list->push_back({path, value});
}

void readBlkiotune(const XmlElement& e, Definition& d) {
    HostConfig& h = d.hostConfig;
    forEachChild(
        e, {{"weight", [&](const XmlElement& c) { h.blkioWeight = c.numberOfText(10, 1000); }},
            {"device", [&](const XmlElement& c) { readBlockDevice(c, h); }}});
}

void readResource(const XmlElement& e, Definition&) {
    forEachChild(e, {{"partition", passOver}}); // libvirt's place in the hierarchy
}

// --- the program ---

void readOs(const XmlElement& e, Definition& d) {
    ContainerConfig& c = d.config;
    std::vector<std::string> words, arguments;
    std::string user, group;
    forEachChild(
        e, {{"type",
             [](const XmlElement& type) {
                 type.allow({"arch", "machine"});
                 if (type.content() != "exe")
                     throw type.failure("'" + type.content() + "' is no container: exe is wanted");
             }},
            {"init", [&](const XmlElement& init) { words = {init.content()}; }},
            {"initarg", [&](const XmlElement& arg) { arguments.push_back(arg.text); }},
            {"initenv",
             [&](const XmlElement& env) {
                 env.allow({"name"});
                 c.env.push_back(env.attribute("name") + "=" + env.text);
             }},
            {"initdir", [&](const XmlElement& dir) { c.workingDir = dir.content(); }},
            {"inituser", [&](const XmlElement& u) { user = u.content(); }},
            {"initgroup", [&](const XmlElement& g) { group = g.content(); }}});
    if (words.empty()) throw e.failure("it has no <init>");
    words.insert(words.end(), arguments.begin(), arguments.end());
    c.entrypoint = words;
    if (!group.empty()) group.insert(0, user.empty() ? "0:" : ":");
    c.user = user + group;
}

// --- features ---

// libvirt writes mknod, we CAP_MKNOD; "audit_control" and so on are the same words.
void readCapabilities(const XmlElement& e, Definition& d) {
    HostConfig& h = d.hostConfig;
    const std::string policy = e.attribute("policy", "default");
    if (policy == "allow")
        h.capAdd = {"ALL"};
    else if (policy == "deny")
        h.capDrop = {"ALL"};
    else if (policy != "default")
        throw e.failure("the policy '" + policy + "' is not known: default, allow or deny");
    for (const XmlElement& capability : e.children) {
        capability.allow({"state"});
        std::string name = capability.name;
        std::transform(name.begin(), name.end(), name.begin(), ::toupper);
        (capability.truth("state", true) ? h.capAdd : h.capDrop).push_back(name);
    }
}

void readFeatures(const XmlElement& e, Definition& d) {
    forEachChild(e, {{"capabilities", [&](const XmlElement& c) { readCapabilities(c, d); }},
                     {"privnet",
                      [&](const XmlElement&) {
                          if (d.hostConfig.networkMode.empty()) d.hostConfig.networkMode = "none";
                      }},
                     // Of machines; they mean nothing to a container.
                     {"acpi", passOver},
                     {"apic", passOver},
                     {"pae", passOver}});
}

// --- devices ---

struct FilesystemParts {
    std::string source, target;
    bool readOnly = false;
    int64_t usage = 0; // bytes
};

FilesystemParts partsOf(const XmlElement& e) {
    FilesystemParts parts;
    forEachChild(e, {{"source",
                      [&](const XmlElement& s) {
                          s.allow({"dir", "file", "usage", "units"});
                          parts.source = s.attribute("dir", s.attribute("file", ""));
                          if (s.attributes.count("usage") == 0) return;
                          XmlElement size = s; // its unit is called "units" here
                          size.text = s.attribute("usage");
                          size.attributes = {{"unit", s.attribute("units", "KiB")}};
                          parts.usage = size.bytes("KiB");
                      }},
                     {"target", [&](const XmlElement& t) { parts.target = t.attribute("dir"); }},
                     {"readonly", [&](const XmlElement&) { parts.readOnly = true; }},
                     {"driver", passOver},
                     {"alias", passOver}});
    if (parts.target.empty()) throw e.failure("it has no <target dir='…'/>");
    return parts;
}

void readFilesystem(const XmlElement& e, Definition& d) {
    e.allow({"type", "accessmode"});
    const std::string type = e.attribute("type", "mount");
    if (type != "mount" && type != "bind" && type != "ram")
        throw e.failure("the type '" + type + "' is not built yet: mount, bind and ram are");
    const FilesystemParts parts = partsOf(e);
    Mount mount;
    mount.type = type == "ram" ? "tmpfs" : "bind";
    mount.target = parts.target;
    mount.readOnly = parts.readOnly;
    mount.tmpfsSize = parts.usage;
    if (type != "ram") {
        mount.source = parts.source;
        if (mount.source.empty()) throw e.failure("it has no <source dir='…'/>");
    }
    if (cleanPath(mount.target) != "/") return d.hostConfig.mounts.push_back(mount);
    if (type == "ram") throw e.failure("a root of memory alone is not built yet");
    d.rootDirectory = mount.source;
    d.hostConfig.readonlyRootfs = mount.readOnly;
}

// Every network of libvirt's becomes the daemon's bridge; a container has one card.
void readInterface(const XmlElement& e, Definition& d) {
    e.allow({"type"});
    const std::string type = e.attribute("type");
    if (type != "network" && type != "bridge")
        throw e.failure("the type '" + type + "' is not built yet: network and bridge are");
    if (d.hostConfig.networkMode == "bridge")
        throw e.failure("a second interface is not built yet");
    d.hostConfig.networkMode = "bridge";
    forEachChild(
        e, {{"mac", [&](const XmlElement& m) { d.config.macAddress = m.attribute("address"); }},
            {"source", passOver},
            {"target", passOver},
            {"model", passOver},
            {"alias", passOver},
            {"guest", passOver}});
}

void readConsole(const XmlElement& e, Definition& d) {
    e.allow({"type", "tty"});
    if (e.attribute("type", "pty") != "pty") throw e.failure("a console of type pty is wanted");
    d.config.tty = d.config.openStdin = true;
}

void readHostdev(const XmlElement& e, Definition& d) {
    e.allow({"mode", "type", "managed"});
    const std::string type = e.attribute("type");
    if (e.attribute("mode") != "capabilities" || (type != "misc" && type != "storage"))
        throw e.failure("only mode='capabilities' of type misc or storage is built");
    std::string path;
    const auto take = [&](const XmlElement& node) { path = node.content(); };
    forEachChild(e, {{"source",
                      [&](const XmlElement& s) {
                          forEachChild(s, {{"char", take}, {"block", take}});
                      }},
                     {"alias", passOver}});
    if (path.empty()) throw e.failure("it names no device");
    d.hostConfig.devices.push_back({path, path, "rwm"});
}

void readDevices(const XmlElement& e, Definition& d) {
    forEachChild(e, {{"filesystem", [&](const XmlElement& c) { readFilesystem(c, d); }},
                     {"interface", [&](const XmlElement& c) { readInterface(c, d); }},
                     {"console", [&](const XmlElement& c) { readConsole(c, d); }},
                     {"hostdev", [&](const XmlElement& c) { readHostdev(c, d); }},
                     {"emulator", passOver}});
}

// --- the rest ---

void readSeclabel(const XmlElement& e, Definition&) {
    const std::string type = e.attribute("type", "none");
    if (type != "none") throw e.failure("labels are not built yet: type='none' is wanted");
}

struct Child {
    const char* name;
    void (*read)(const XmlElement& element, Definition& definition);
};

constexpr Child kChildren[] = {
    {"name", readName},           {"memory", readMemory},     {"memtune", readMemtune},
    {"vcpu", readVcpu},           {"cputune", readCputune},   {"numatune", readNumatune},
    {"blkiotune", readBlkiotune}, {"resource", readResource}, {"os", readOs},
    {"features", readFeatures},   {"devices", readDevices},   {"seclabel", readSeclabel},
};

// What says nothing of the container, or only how libvirt manages it.
constexpr const char* kPassedOver[] = {"uuid",      "title",        "description", "metadata",
                                       "clock",     "on_crash",     "on_poweroff", "on_reboot",
                                       "maxMemory", "currentMemory"};

} // namespace

void readDomainChild(const XmlElement& child, Definition& definition) {
    for (const Child& known : kChildren)
        if (child.name == known.name) return known.read(child, definition);
    const bool harmless = std::any_of(std::begin(kPassedOver), std::end(kPassedOver),
                                      [&](const char* name) { return child.name == name; });
    if (!harmless) throw child.failure("it is not known in <domain>, or not built yet");
}

void finishDomain(Definition& definition) {
    if (definition.config.hostname.empty()) definition.config.hostname = definition.name;
    // Without an interface, and unless <privnet/> says otherwise, libvirt shares the host's
    // network.
    std::string& network = definition.hostConfig.networkMode;
    if (network.empty()) network = "host";
}

} // namespace ctrd::spec

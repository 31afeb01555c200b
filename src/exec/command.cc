#include "exec/command.h"

#include "base/error.h"
#include "base/json.h"

namespace ctrd::exec {

namespace {

Json toJson(const Rlimit& limit) {
    return {{"name", limit.name}, {"soft", limit.soft}, {"hard", limit.hard}};
}

// getInt() has no room for RLIM_INFINITY.
uint64_t getUnsigned(const Json& json, const char* key) {
    const Json& member = getMember(json, key);
    if (member.is_number_unsigned()) return member.get<uint64_t>();
    return static_cast<uint64_t>(getInt(json, key));
}

Rlimit rlimitFromJson(const Json& json) {
    return {getString(json, "name"), getUnsigned(json, "soft"), getUnsigned(json, "hard")};
}

Json toJson(const DeviceNode& node) {
    return {{"path", node.path},   {"type", std::string(1, node.type)},
            {"major", node.major}, {"minor", node.minor},
            {"mode", node.mode},   {"uid", node.uid},
            {"gid", node.gid}};
}

DeviceNode deviceNodeFromJson(const Json& json) {
    DeviceNode node;
    node.path = getString(json, "path");
    const std::string type = getString(json, "type", "c");
    node.type = type.empty() ? 'c' : type[0];
    node.major = static_cast<uint32_t>(getInt(json, "major"));
    node.minor = static_cast<uint32_t>(getInt(json, "minor"));
    node.mode = static_cast<uint32_t>(getInt(json, "mode", 0666));
    node.uid = static_cast<uint32_t>(getInt(json, "uid"));
    node.gid = static_cast<uint32_t>(getInt(json, "gid"));
    return node;
}

struct ModeName {
    NamespaceMode mode;
    const char* name;
};
constexpr ModeName kModeNames[] = {
    {NamespaceMode::Private, "private"},
    {NamespaceMode::Host, "host"},
    {NamespaceMode::Join, "join"},
};

Json toJson(const Namespace& space) {
    Json json = Json::object();
    for (const auto& m : kModeNames)
        if (m.mode == space.mode) json["mode"] = m.name;
    if (!space.path.empty()) json["path"] = space.path;
    return json;
}

Namespace namespaceFromJson(const Json& json) {
    const std::string name = getString(json, "mode", "private");
    for (const auto& m : kModeNames)
        if (name == m.name) return {m.mode, getString(json, "path")};
    throw invalidArgument("unknown namespace mode '" + name + "'");
}

template <typename T>
Json listToJson(const std::vector<T>& items) {
    Json list = Json::array();
    for (const auto& item : items)
        list.push_back(toJson(item));
    return list;
}

template <typename T>
std::vector<T> listFromJson(const Json& list, T (*convert)(const Json&)) {
    std::vector<T> items;
    for (const auto& json : list)
        items.push_back(convert(json));
    return items;
}

} // namespace

Json toJson(const ProcessSpec& process) {
    Json json{
        {"args", process.args},
        {"env", process.env},
        {"workingDirectory", process.workingDirectory},
        {"user", process.user},
        {"extraGroups", process.extraGroups},
        {"tty", process.tty},
        {"rows", process.rows},
        {"columns", process.columns},
        {"capabilities", process.capabilities},
        {"rlimits", listToJson(process.rlimits)},
        {"noNewPrivileges", process.noNewPrivileges},
        {"label", process.label},
        {"kernelRelease", process.kernelRelease},
        {"image", process.image},
    };
    if (process.oomScoreAdj) json["oomScoreAdj"] = *process.oomScoreAdj;
    return json;
}

ProcessSpec processSpecFromJson(const Json& json) {
    ProcessSpec process;
    process.args = getStrings(json, "args");
    process.env = getStrings(json, "env");
    process.workingDirectory = getString(json, "workingDirectory", "/");
    process.user = getString(json, "user");
    process.extraGroups = getStrings(json, "extraGroups");
    process.tty = getBool(json, "tty");
    process.rows = static_cast<uint16_t>(getInt(json, "rows"));
    process.columns = static_cast<uint16_t>(getInt(json, "columns"));
    process.capabilities = getStrings(json, "capabilities");
    process.rlimits = listFromJson(getMember(json, "rlimits"), rlimitFromJson);
    process.noNewPrivileges = getBool(json, "noNewPrivileges");
    process.label = getString(json, "label");
    process.kernelRelease = getString(json, "kernelRelease");
    process.image = getString(json, "image");
    if (!getMember(json, "oomScoreAdj").is_null())
        process.oomScoreAdj = static_cast<int>(getInt(json, "oomScoreAdj"));
    return process;
}

Json toJson(const Command& command) {
    Json mounts = Json::array();
    for (const auto& mount : command.mounts)
        mounts.push_back(kernel::toJson(mount));
    return {
        {"id", command.id},
        {"driver", command.driver},
        {"hostname", command.hostname},
        {"domainname", command.domainname},
        {"cgroupPath", command.cgroupPath},
        {"rootfs", kernel::toJson(command.rootfs)},
        {"readOnlyRootfs", command.readOnlyRootfs},
        {"privileged", command.privileged},
        {"mounts", std::move(mounts)},
        {"devices", listToJson(command.devices)},
        {"maskedPaths", command.maskedPaths},
        {"readOnlyPaths", command.readOnlyPaths},
        {"sysctls", command.sysctls},
        {"pid", toJson(command.pid)},
        {"ipc", toJson(command.ipc)},
        {"uts", toJson(command.uts)},
        {"resources", kernel::toJson(command.resources)},
        {"process", toJson(command.process)},
        {"initPath", command.initPath},
        {"driverOptions", command.driverOptions},
    };
}

Command commandFromJson(const Json& json) {
    Command command;
    command.id = getString(json, "id");
    command.driver = getString(json, "driver", "native");
    command.hostname = getString(json, "hostname");
    command.domainname = getString(json, "domainname");
    command.cgroupPath = getString(json, "cgroupPath");
    command.rootfs = kernel::mountSpecFromJson(getMember(json, "rootfs"));
    command.readOnlyRootfs = getBool(json, "readOnlyRootfs");
    command.privileged = getBool(json, "privileged");
    command.mounts = listFromJson(getMember(json, "mounts"), kernel::mountSpecFromJson);
    command.devices = listFromJson(getMember(json, "devices"), deviceNodeFromJson);
    command.maskedPaths = getStrings(json, "maskedPaths");
    command.readOnlyPaths = getStrings(json, "readOnlyPaths");
    for (const auto& [path, value] : getMember(json, "sysctls").items())
        command.sysctls[path] = value.get<std::string>();
    command.pid = namespaceFromJson(getMember(json, "pid"));
    command.ipc = namespaceFromJson(getMember(json, "ipc"));
    command.uts = namespaceFromJson(getMember(json, "uts"));
    command.resources = kernel::resourcesFromJson(getMember(json, "resources"));
    command.process = processSpecFromJson(getMember(json, "process"));
    command.initPath = getString(json, "initPath");
    command.driverOptions = getStrings(json, "driverOptions");
    return command;
}

} // namespace ctrd::exec

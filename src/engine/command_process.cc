#include "base/error.h"
#include "base/strings.h"
#include "engine/command_builder.h"
#include "kernel/capability.h"
#include "kernel/rlimit.h"

#include <algorithm>
#include <cstdint>

namespace ctrd::engine {

namespace {

constexpr const char* kForceKernel = "ctrd.force-kernel";

constexpr const char* kDefaultPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

bool isAll(const std::string& name) {
    return toLower(name) == "all" || toLower(name) == "cap_all";
}

std::vector<std::string> canonicalNames(const std::vector<std::string>& names, const char* key) {
    std::vector<std::string> canonical;
    for (const auto& name : names) {
        if (isAll(name)) continue;
        const auto known = kernel::canonicalCapability(name);
        if (!known)
            throw invalidArgument(std::string("invalid ") + key + ": unknown capability: \"" +
                                  name + "\"");
        if (std::string(key) == "CapAdd" && !kernel::capabilityKnown(*known))
            throw invalidArgument(std::string("invalid ") + key + ": this kernel has no " + *known);
        canonical.push_back(*known);
    }
    return canonical;
}

bool holds(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

// Later entries win; an entry keeps the place of its first mention.
void setVariable(std::vector<std::string>& env, const std::string& entry) {
    const std::string name = entry.substr(0, entry.find('=') + 1);
    for (auto& other : env)
        if (startsWith(other, name)) {
            other = entry;
            return;
        }
    env.push_back(entry);
}

void addVariables(std::vector<std::string>& env, const std::vector<std::string>& entries) {
    for (const auto& entry : entries)
        if (containsChar(entry, '=')) setVariable(env, entry);
}

std::vector<std::string> environmentOf(const ContainerRecord& record, bool tty) {
    std::vector<std::string> env = {kDefaultPath, "HOSTNAME=" + record.config.hostname};
    if (tty) env.emplace_back("TERM=xterm");
    addVariables(env, record.config.env);
    return env;
}

uint64_t limitValue(int64_t value) {
    return value < 0 ? UINT64_MAX : static_cast<uint64_t>(value);
}

std::vector<exec::Rlimit> rlimitsOf(const std::vector<spec::Ulimit>& own,
                                    const std::vector<spec::Ulimit>& defaults) {
    std::vector<exec::Rlimit> limits;
    const auto add = [&](const spec::Ulimit& limit) {
        limits.push_back({limit.name, limitValue(limit.soft), limitValue(limit.hard)});
    };
    for (const auto& limit : own)
        add(limit);
    for (const auto& limit : defaults)
        if (std::none_of(own.begin(), own.end(),
                         [&](const auto& mine) { return mine.name == limit.name; }))
            add(limit);
    return limits;
}

} // namespace

void checkUlimits(const spec::HostConfig& config) {
    for (const auto& limit : config.ulimits)
        kernel::checkRlimit(limit.name, limitValue(limit.soft), limitValue(limit.hard));
}

std::vector<std::string> capabilitiesOf(const spec::HostConfig& config) {
    if (config.privileged) return kernel::allCapabilities();
    const auto add = canonicalNames(config.capAdd, "CapAdd");
    const auto drop = canonicalNames(config.capDrop, "CapDrop");
    const bool addAll = std::any_of(config.capAdd.begin(), config.capAdd.end(), isAll);
    const bool dropAll = std::any_of(config.capDrop.begin(), config.capDrop.end(), isAll);
    std::vector<std::string> kept;
    if (addAll)
        kept = kernel::allCapabilities();
    else if (!dropAll)
        kept = kernel::defaultCapabilities();
    kept.erase(std::remove_if(kept.begin(), kept.end(),
                              [&](const auto& name) { return holds(drop, name); }),
               kept.end());
    for (const auto& name : add)
        if (!holds(kept, name)) kept.push_back(name);
    return kept;
}

SecurityOptions parseSecurityOptions(const std::vector<std::string>& options) {
    SecurityOptions parsed;
    for (const auto& option : options) {
        const size_t at = option.find_first_of("=:");
        const std::string key = option.substr(0, at);
        const std::string value = at == std::string::npos ? "" : option.substr(at + 1);
        if (key == "no-new-privileges" && (value.empty() || value == "true" || value == "false"))
            parsed.noNewPrivileges = value != "false";
        else if (key == "systempaths" && value == "unconfined")
            parsed.bareSystemPaths = true;
        else if ((key == "label" && value == "disable") ||
                 ((key == "seccomp" || key == "apparmor") && value == "unconfined"))
            continue; // that is how containers run until labels and profiles are built
        else if (key == "label" || key == "seccomp" || key == "apparmor")
            throw notSupported("security option '" + option +
                               "' is not built yet: containers run without labels and profiles");
        else
            throw invalidArgument("invalid --security-opt: \"" + option + "\"");
    }
    return parsed;
}

std::string kernelToJudgeBy(const ContainerRecord& record, const std::string& running) {
    const auto label = record.config.labels.find(kForceKernel);
    const bool forced =
        label != record.config.labels.end() && label->second != "false" && label->second != "0";
    return forced ? "" : running;
}

exec::ProcessSpec processOf(const ContainerRecord& record,
                            const std::vector<spec::Ulimit>& defaultUlimits) {
    const spec::ContainerConfig& config = record.config;
    const spec::HostConfig& host = record.hostConfig;
    exec::ProcessSpec process;
    process.args = config.entrypoint;
    process.args.insert(process.args.end(), config.cmd.begin(), config.cmd.end());
    process.tty = config.tty;
    process.env = environmentOf(record, process.tty);
    process.workingDirectory = config.workingDir.empty() ? "/" : config.workingDir;
    process.user = config.user;
    process.extraGroups = host.groupAdd;
    process.rows = static_cast<uint16_t>(host.consoleRows);
    process.columns = static_cast<uint16_t>(host.consoleColumns);
    process.capabilities = capabilitiesOf(host);
    process.rlimits = rlimitsOf(host.ulimits, defaultUlimits);
    process.image = config.image;
    process.noNewPrivileges = parseSecurityOptions(host.securityOpt).noNewPrivileges;
    if (host.oomScoreAdj != 0) process.oomScoreAdj = host.oomScoreAdj;
    return process;
}

exec::ProcessSpec execProcessOf(const ContainerRecord& record, const ExecCreateRequest& request,
                                const std::vector<spec::Ulimit>& defaultUlimits) {
    exec::ProcessSpec process = processOf(record, defaultUlimits);
    process.args = request.cmd;
    process.tty = request.tty;
    process.env = environmentOf(record, request.tty);
    addVariables(process.env, request.env);
    process.rows = process.columns = 0;
    if (!request.user.empty()) process.user = request.user;
    if (!request.workingDir.empty()) process.workingDirectory = request.workingDir;
    if (request.privileged) process.capabilities = kernel::allCapabilities();
    return process;
}

} // namespace ctrd::engine

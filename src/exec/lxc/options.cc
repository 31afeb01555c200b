#include "exec/lxc/options.h"

#include "base/error.h"
#include "base/strings.h"
#include "exec/lxc/driver.h"
#include "kernel/capability.h"

#include <algorithm>
#include <cerrno>

#include <sys/stat.h>

namespace ctrd::exec::lxc {

namespace {

Error refusal(const Setting& setting, const std::string& why) {
    return invalidArgument("invalid lxc option '" + setting.first + " = " + setting.second +
                           "': " + why);
}

std::string capabilityOf(const Setting& setting, const std::string& word) {
    const auto name = kernel::canonicalCapability(word);
    if (!name) throw refusal(setting, "there is no capability '" + word + "'");
    return *name;
}

void dropCapabilities(const Setting& setting, std::vector<std::string>& held) {
    for (const auto& word : splitWords(setting.second))
        held.erase(std::remove(held.begin(), held.end(), capabilityOf(setting, word)), held.end());
}

// Of those the container may have: a setting must not be a way round --cap-add.
void keepCapabilities(const Setting& setting, std::vector<std::string>& held) {
    std::vector<std::string> kept;
    for (const auto& word : splitWords(setting.second))
        if (word != "none") kept.push_back(capabilityOf(setting, word));
    const auto dropped = [&](const std::string& name) {
        return std::find(kept.begin(), kept.end(), name) == kept.end();
    };
    held.erase(std::remove_if(held.begin(), held.end(), dropped), held.end());
}

uint64_t limitOf(const Setting& setting, const std::string& text) {
    if (text == "unlimited") return UINT64_MAX;
    const auto number = parseInt(text);
    if (!number || *number < 0) throw refusal(setting, "a number or 'unlimited' is wanted");
    return static_cast<uint64_t>(*number);
}

void addRlimit(const Setting& setting, const std::string& name, std::vector<Rlimit>& limits) {
    const auto parts =
        splitOnce(setting.second, ':').value_or(std::make_pair(setting.second, setting.second));
    limits.push_back(
        {name, limitOf(setting, trim(parts.first)), limitOf(setting, trim(parts.second))});
}

// The words of mount(8) that liblxc takes for itself; ctrd always makes what is missing.
bool isOwnWord(const std::string& option) {
    return startsWith(option, "create=") || option == "optional" || option == "relative" ||
           option == "defaults";
}

void addMount(const Setting& setting, std::vector<kernel::MountSpec>& mounts) {
    const auto fields = splitWords(setting.second);
    if (fields.size() < 4) throw refusal(setting, "'source target type options' are wanted");
    kernel::MountSpec mount{fields[2], fields[0], "/" + fields[1], {}, ""};
    bool optional = false;
    for (const auto& option : split(fields[3], ',')) {
        optional |= option == "optional";
        if (option == "bind" || option == "rbind") mount.type = "bind";
        if (!isOwnWord(option) && option != "bind") mount.options.push_back(option);
    }
    struct stat status {};
    const bool missing = mount.type == "bind" && stat(mount.source.c_str(), &status) < 0;
    if (!optional || !missing) mounts.push_back(std::move(mount));
}

bool truth(const Setting& setting) {
    if (setting.second != "0" && setting.second != "1") throw refusal(setting, "0 or 1 is wanted");
    return setting.second == "1";
}

void checkCgroupFile(const Setting& setting, const std::string& file) {
    if (containsChar(file, '/') || !containsChar(file, '.'))
        throw refusal(setting, "a file of a controller is wanted, as in lxc.cgroup.cpu.shares");
}

} // namespace

Setting parseSetting(const std::string& line) {
    const auto parts = splitOnce(line, '=');
    if (!parts || trim(parts->first).empty())
        throw invalidArgument("invalid lxc option '" + line + "': key=value is wanted");
    return {trim(parts->first), trim(parts->second)};
}

std::vector<Setting> parseSettings(const std::vector<std::string>& lines) {
    std::vector<Setting> settings;
    settings.reserve(lines.size());
    for (const auto& line : lines)
        settings.push_back(parseSetting(line));
    return settings;
}

Leftover applySettings(const std::vector<Setting>& settings, Age age, Command& command) {
    Leftover leftover;
    ProcessSpec& process = command.process;
    for (const auto& setting : settings) {
        const KeyUse key = describeKey(setting.first, age);
        switch (key.use) {
            case Use::Library:
                leftover.library.emplace_back(key.name, setting.second);
                break;
            case Use::Cgroup:
                checkCgroupFile(setting, key.detail);
                leftover.cgroup.emplace_back(key.detail, setting.second);
                break;
            case Use::CapabilityDrop:
                dropCapabilities(setting, process.capabilities);
                break;
            case Use::CapabilityKeep:
                keepCapabilities(setting, process.capabilities);
                break;
            case Use::Environment:
                process.env.push_back(setting.second);
                break;
            case Use::Rlimit:
                addRlimit(setting, key.detail, process.rlimits);
                break;
            case Use::NoNewPrivileges:
                process.noNewPrivileges = truth(setting);
                break;
            case Use::Mount:
                addMount(setting, command.mounts);
                break;
            case Use::Refused:
                throw refusal(setting, key.detail);
        }
    }
    return leftover;
}

void checkOptions(const std::vector<std::string>& options) {
    Command nobody;
    applySettings(parseSettings(options), Age::New, nobody);
}

} // namespace ctrd::exec::lxc

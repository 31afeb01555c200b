#include "base/error.h"
#include "base/path.h"
#include "base/strings.h"
#include "engine/command_builder.h"
#include "exec/defaults.h"
#include "kernel/device.h"

namespace ctrd::engine {

namespace {

void checkPermissions(const spec::DeviceMapping& mapping) {
    const std::string& letters = mapping.cgroupPermissions;
    const bool good = !letters.empty() && letters.size() <= 3 &&
                      letters.find_first_not_of("rwm") == std::string::npos;
    if (!good)
        throw invalidArgument("invalid device mode '" + letters + "' of '" + mapping.pathOnHost +
                              "': of the letters r, w and m");
}

void addMapping(const spec::DeviceMapping& mapping, DeviceAccess& access) {
    checkPermissions(mapping);
    const std::string source = cleanPath(mapping.pathOnHost);
    const std::string target =
        mapping.pathInContainer.empty() ? source : cleanPath(mapping.pathInContainer);
    for (const auto& device : kernel::devicesAt(source)) {
        // What is found below a directory keeps its place below the container's.
        access.nodes.push_back(
            exec::deviceNode(device, target + device.path.substr(source.size())));
        access.rules.push_back(kernel::ruleFor(device, mapping.cgroupPermissions));
    }
}

// "c 1:3 rwm", which spec::validate() has seen; "*" stands for -1.
kernel::DeviceRule parseRule(const std::string& text) {
    const auto words = split(text, ' ');
    const auto numbers = splitOnce(words.at(1), ':').value();
    const auto number = [](const std::string& digits) { return parseInt(digits).value_or(-1); };
    return {words[0].at(0), number(numbers.first), number(numbers.second), words.at(2), true};
}

} // namespace

DeviceAccess devicesOf(const spec::HostConfig& config) {
    DeviceAccess access;
    access.nodes = exec::defaultDeviceNodes(config.privileged);
    access.rules = config.privileged ? kernel::allDeviceRules() : kernel::defaultDeviceRules();
    for (const auto& mapping : config.devices)
        addMapping(mapping, access);
    for (const auto& rule : config.deviceCgroupRules)
        access.rules.push_back(parseRule(rule));
    return access;
}

} // namespace ctrd::engine

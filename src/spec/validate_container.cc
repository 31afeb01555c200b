#include "base/error.h"
#include "base/path.h"
#include "base/signals.h"
#include "base/strings.h"
#include "spec/container_config.h"

namespace ctrd::spec {

namespace {

// RFC 1123 with the kernel's bound of 64 bytes for all of it.
void checkHostname(const std::string& key, const std::string& name) {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '.' || c == '_';
    };
    bool good = name.size() <= 64 && !startsWith(name, "-") && !endsWith(name, "-") &&
                !startsWith(name, ".");
    for (const char c : name)
        good = good && allowed(c);
    if (!good)
        throw invalidArgument("invalid " + key + " '" + name +
                              "': up to 64 letters, digits, '-' and '.' are wanted");
}

void checkEnv(const std::vector<std::string>& env) {
    for (const auto& entry : env) {
        if (entry.empty() || entry[0] == '=')
            throw invalidArgument("invalid environment variable '" + entry +
                                  "': NAME=VALUE is wanted");
        if (containsChar(entry, '\0'))
            throw invalidArgument("invalid environment variable '" +
                                  entry.substr(0, entry.find('=')) + "': it holds a zero byte");
    }
}

void checkPort(const std::string& port) {
    const auto parts = splitOnce(port, '/');
    const std::string number = parts ? parts->first : port;
    const std::string protocol = parts ? parts->second : "tcp";
    const auto range = splitOnce(number, '-');
    const auto first = parseInt(range ? range->first : number);
    const auto last = parseInt(range ? range->second : number);
    if (!first || !last || *first < 1 || *last > 65535 || *first > *last ||
        (protocol != "tcp" && protocol != "udp" && protocol != "sctp"))
        throw invalidArgument("invalid exposed port '" + port +
                              "': PORT[-PORT][/tcp|udp] is wanted");
}

} // namespace

void validate(const ContainerConfig& config) {
    checkHostname("host name", config.hostname);
    checkHostname("domain name", config.domainname);
    checkEnv(config.env);
    for (const auto& port : config.exposedPorts)
        checkPort(port);
    if (!config.workingDir.empty() && config.workingDir[0] != '/')
        throw invalidArgument("the working directory '" + config.workingDir +
                              "' is invalid, it needs to be an absolute path");
    for (const auto& path : config.volumes)
        if (path.empty() || path[0] != '/' || cleanPath(path) == "/")
            throw invalidArgument("invalid volume path '" + path +
                                  "': it must be absolute and not '/'");
    if (!config.stopSignal.empty()) signalNumber(config.stopSignal);
    if (config.stopTimeout && *config.stopTimeout < -1)
        throw invalidArgument("invalid stop timeout " + std::to_string(*config.stopTimeout) +
                              ": seconds are wanted, or -1 to wait for ever");
}

} // namespace ctrd::spec

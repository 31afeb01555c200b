#include "cli/values.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/size.h"
#include "base/strings.h"

#include <cctype>
#include <climits>
#include <cmath>
#include <cstdlib>

#include <arpa/inet.h>
#include <unistd.h>

namespace ctrd::cli {

namespace {

Error bad(const std::string& what, const std::string& text, const std::string& wanted) {
    return invalidArgument("invalid " + what + " '" + text + "': " + wanted + " is wanted");
}

// Calls `each` with every line that says something, without the blanks before it.
template <typename F>
void forEachLine(const std::string& path, F each) {
    for (std::string line : split(readFile(path), '\n')) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        const size_t start = line.find_first_not_of(" \t");
        if (start == std::string::npos || line[start] == '#') continue;
        each(line.substr(start));
    }
}

bool isAddress(const std::string& text) {
    in6_addr ignored = {};
    return ::inet_pton(AF_INET, text.c_str(), &ignored) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), &ignored) == 1;
}

// A device's name may have colons in it.
std::pair<std::string, std::string> splitDeviceLimit(const std::string& text,
                                                     const std::string& what, const char* wanted) {
    const size_t colon = text.rfind(':');
    if (colon == std::string::npos || text[0] != '/') throw bad(what, text, wanted);
    return {text.substr(0, colon), text.substr(colon + 1)};
}

std::string absolutePath(const std::string& path) {
    char buffer[PATH_MAX];
    if (::getcwd(buffer, sizeof buffer) == nullptr)
        throw SystemError("cannot find the working directory");
    return cleanPath(joinPath(buffer, path));
}

} // namespace

std::string envEntry(const std::string& text) {
    const std::string name = text.substr(0, text.find('='));
    if (name.empty()) throw bad("environment variable", text, "NAME=VALUE");
    if (name.size() < text.size()) return text;
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? name : name + "=" + value;
}

std::vector<std::string> readEnvFile(const std::string& path) {
    std::vector<std::string> env;
    forEachLine(path, [&](const std::string& line) {
        const std::string name = line.substr(0, line.find('='));
        if (name.find_first_of(" \t") != std::string::npos)
            throw invalidArgument("the variable name '" + name + "' in '" + path +
                                  "' has white space in it");
        const std::string entry = envEntry(line);
        // A name alone that is not set here is no variable at all.
        if (containsChar(entry, '=')) env.push_back(entry);
    });
    return env;
}

std::vector<std::string> readLabelFile(const std::string& path) {
    std::vector<std::string> labels;
    forEachLine(path, [&](const std::string& line) { labels.push_back(line); });
    return labels;
}

std::pair<std::string, std::string> keyValue(const std::string& text, const std::string& what) {
    const auto pair = splitOnce(text, '=');
    if (!pair || pair->first.empty()) throw bad(what, text, "KEY=VALUE");
    return *pair;
}

std::map<std::string, std::string> keyValues(const std::vector<std::string>& texts,
                                             const std::string& what) {
    std::map<std::string, std::string> map;
    for (const std::string& text : texts) {
        auto [key, value] = keyValue(text, what);
        map[key] = value;
    }
    return map;
}

std::map<std::string, std::string> labelsOf(const std::vector<std::string>& texts) {
    std::map<std::string, std::string> labels;
    for (const std::string& text : texts) {
        const size_t equals = text.find('=');
        const std::string key = text.substr(0, equals);
        if (key.empty()) throw bad("label", text, "KEY[=VALUE]");
        labels[key] = equals == std::string::npos ? "" : text.substr(equals + 1);
    }
    return labels;
}

spec::Ulimit parseUlimit(const std::string& text) {
    const auto refuse = [&] { return bad("ulimit", text, "NAME=SOFT[:HARD]"); };
    const auto pair = splitOnce(text, '=');
    if (!pair || pair->first.empty()) throw refuse();
    const auto limits = splitOnce(pair->second, ':');
    const auto number = [&](const std::string& limit) {
        if (limit == "unlimited") return -1LL;
        const auto value = parseInt(limit);
        if (!value || *value < -1) throw refuse();
        return *value;
    };
    spec::Ulimit ulimit;
    ulimit.name = pair->first;
    ulimit.soft = number(limits ? limits->first : pair->second);
    ulimit.hard = limits ? number(limits->second) : ulimit.soft;
    if (ulimit.hard != -1 && (ulimit.soft == -1 || ulimit.soft > ulimit.hard))
        throw invalidArgument("invalid ulimit '" + text +
                              "': the soft limit is above the hard one");
    return ulimit;
}

spec::DeviceMapping parseDevice(const std::string& text) {
    const auto refuse = [&] { return bad("device", text, "HOST[:CONTAINER[:rwm]]"); };
    const auto parts = split(text, ':');
    if (parts.size() > 3 || parts[0].empty() || parts[0][0] != '/') throw refuse();
    const auto isMode = [](const std::string& mode) {
        return !mode.empty() && mode.find_first_not_of("rwm") == std::string::npos;
    };
    spec::DeviceMapping device;
    device.pathOnHost = device.pathInContainer = parts[0];
    if (parts.size() == 2 && isMode(parts[1])) {
        device.cgroupPermissions = parts[1];
    } else if (parts.size() > 1) {
        if (parts[1].empty() || parts[1][0] != '/') throw refuse();
        device.pathInContainer = parts[1];
    }
    if (parts.size() == 3) {
        if (!isMode(parts[2])) throw refuse();
        device.cgroupPermissions = parts[2];
    }
    return device;
}

spec::DeviceLimit parseDeviceLimit(const std::string& text, const std::string& what) {
    const auto pair = splitDeviceLimit(text, what, "DEVICE:NUMBER");
    const auto number = parseInt(pair.second);
    if (!number || *number < 0) throw bad(what, text, "DEVICE:NUMBER");
    return {pair.first, *number};
}

spec::DeviceLimit parseByteRate(const std::string& text, const std::string& what) {
    const auto pair = splitDeviceLimit(text, what, "DEVICE:BYTES");
    return {pair.first, parseBytes(pair.second, what)};
}

spec::RestartPolicy parseRestartPolicy(const std::string& text) {
    const auto refuse = [&] {
        return bad("restart policy", text, "no, always, unless-stopped or on-failure[:N]");
    };
    spec::RestartPolicy policy;
    const auto parts = splitOnce(text, ':');
    policy.name = parts ? parts->first : text;
    if (policy.name == "on-failure" && parts) {
        const auto count = parseInt(parts->second);
        if (!count || *count < 0 || *count > INT_MAX) throw refuse();
        policy.maximumRetryCount = static_cast<int>(*count);
        return policy;
    }
    const bool known = policy.name == "no" || policy.name == "always" ||
                       policy.name == "unless-stopped" || policy.name == "on-failure";
    if (!known || parts) throw refuse();
    return policy;
}

int64_t parseCpus(const std::string& text) {
    char* end = nullptr;
    const double cpus = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(cpus >= 0) || cpus > 1e6)
        throw bad("number of CPUs", text, "a decimal number");
    return std::llround(cpus * 1e9);
}

void checkExtraHost(const std::string& text) {
    const auto pair = splitOnce(text, ':');
    if (!pair || pair->first.empty() ||
        (!isAddress(pair->second) && pair->second != "host-gateway"))
        throw bad("extra host", text, "NAME:ADDRESS");
}

void checkMacAddress(const std::string& text) {
    const auto parts = split(text, ':');
    bool good = parts.size() == 6;
    for (const std::string& part : parts)
        good = good && part.size() == 2 && std::isxdigit(static_cast<unsigned char>(part[0])) &&
               std::isxdigit(static_cast<unsigned char>(part[1]));
    if (!good) throw bad("MAC address", text, "12:34:56:78:9a:bc");
}

void checkIpAddress(const std::string& text, const std::string& what) {
    if (!isAddress(text)) throw bad(what, text, "an IP address");
}

std::pair<std::string, std::string> parseTmpfs(const std::string& text) {
    const auto parts = splitOnce(text, ':');
    std::pair<std::string, std::string> tmpfs =
        parts ? *parts : std::make_pair(text, std::string());
    if (tmpfs.first.empty() || tmpfs.first[0] != '/') throw bad("tmpfs", text, "/PATH[:OPTIONS]");
    return tmpfs;
}

std::string absoluteSource(const std::string& source) {
    const bool relative =
        source == "." || source == ".." || startsWith(source, "./") || startsWith(source, "../");
    return relative ? absolutePath(source) : source;
}

VolumeOption parseVolume(const std::string& text) {
    const auto parts = split(text, ':');
    const auto refuse = [&] { return bad("volume", text, "[HOST:]CONTAINER[:MODE]"); };
    if (parts.size() > 3) throw refuse();
    const std::string& inside = parts.size() == 1 ? parts[0] : parts[1];
    if (parts[0].empty() || inside.empty() || inside[0] != '/') throw refuse();
    VolumeOption option;
    if (parts.size() == 1) {
        option.volume = cleanPath(text);
        return option;
    }
    option.bind = absoluteSource(parts[0]) + text.substr(parts[0].size());
    return option;
}

} // namespace ctrd::cli

#include "cli/host.h"

#include "base/error.h"
#include "base/strings.h"

#include <cstdlib>

namespace ctrd::cli {

namespace {

Error badHost(const std::string& url, const std::string& why) {
    return invalidArgument("invalid daemon address '" + url + "': " + why +
                           " (unix:///PATH or tcp://HOST:PORT is wanted)");
}

uint16_t parsePort(const std::string& url, const std::string& text) {
    if (text.empty()) return kDefaultTcpPort;
    const auto port = parseInt(text);
    if (!port || *port < 1 || *port > 65535) throw badHost(url, "'" + text + "' is no port");
    return static_cast<uint16_t>(*port);
}

Host parseTcp(const std::string& url, std::string rest) {
    while (endsWith(rest, "/"))
        rest.pop_back();
    if (containsChar(rest, '/')) throw badHost(url, "a path has no meaning there");
    Host host;
    host.kind = Host::Kind::Tcp;
    std::string port;
    if (startsWith(rest, "[")) {
        const size_t end = rest.find(']');
        if (end == std::string::npos) throw badHost(url, "a ']' is missing");
        host.name = rest.substr(1, end - 1);
        port = rest.substr(end + 1);
        if (!port.empty() && port[0] != ':') throw badHost(url, "a port follows a ':'");
        if (!port.empty()) port.erase(0, 1);
    } else {
        const size_t colon = rest.find(':');
        host.name = rest.substr(0, colon);
        if (colon != std::string::npos) port = rest.substr(colon + 1);
    }
    // As Docker reads ":2375".
    if (host.name.empty()) host.name = "127.0.0.1";
    host.port = parsePort(url, port);
    return host;
}

Host unixHost(const std::string& path) {
    Host host;
    if (!path.empty()) host.path = path;
    return host;
}

} // namespace

std::string Host::url() const {
    if (kind == Kind::Unix) return "unix://" + path;
    const std::string bracketed = containsChar(name, ':') ? "[" + name + "]" : name;
    return "tcp://" + bracketed + ":" + std::to_string(port);
}

Host parseHost(const std::string& url) {
    const std::string text = trim(url);
    if (text.empty() || text[0] == '/') return unixHost(text);
    const size_t scheme = text.find("://");
    if (scheme == std::string::npos) {
        if (!containsChar(text, ':')) throw badHost(url, "it has neither a scheme nor a port");
        return parseTcp(url, text);
    }
    const std::string name = text.substr(0, scheme), rest = text.substr(scheme + 3);
    if (name == "tcp" || name == "http") return parseTcp(url, rest);
    if (name == "unix") {
        if (!rest.empty() && rest[0] != '/') throw badHost(url, "the path must begin with '/'");
        return unixHost(rest);
    }
    if (name == "https" || name == "ssh" || name == "npipe" || name == "fd")
        throw notSupported("ctr does not speak " + name + ":// yet ('" + url +
                           "'); use unix:///PATH or tcp://HOST:PORT");
    throw badHost(url, "'" + name + "' is an unknown scheme");
}

Host chooseHost(const std::optional<std::string>& option) {
    if (option) return parseHost(*option);
    for (const char* variable : {"CTR_HOST", "DOCKER_HOST"}) {
        const char* value = std::getenv(variable);
        if (value != nullptr && *value != '\0') return parseHost(value);
    }
    return Host();
}

} // namespace ctrd::cli

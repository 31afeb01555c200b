#include "cli/port_spec.h"

#include "base/error.h"
#include "base/strings.h"

#include <arpa/inet.h>

namespace ctrd::cli {

namespace {

struct Range {
    int first = 0, last = 0;
    int size() const { return last - first + 1; }
};

Error badPort(const std::string& text, const std::string& why) {
    return invalidArgument("invalid port '" + text + "': " + why);
}

int parsePort(const std::string& whole, const std::string& text) {
    const auto port = parseInt(text);
    if (!port || *port < 1 || *port > 65535)
        throw badPort(whole, "'" + text + "' is not between 1 and 65535");
    return static_cast<int>(*port);
}

Range parseRange(const std::string& whole, const std::string& text) {
    const auto ends = splitOnce(text, '-');
    if (!ends) {
        const int port = parsePort(whole, text);
        return {port, port};
    }
    const Range range = {parsePort(whole, ends->first), parsePort(whole, ends->second)};
    if (range.size() < 1) throw badPort(whole, "the range '" + text + "' runs backwards");
    return range;
}

// Cuts "/udp" off.
std::string takeProtocol(const std::string& whole, std::string& text) {
    const size_t slash = text.rfind('/');
    if (slash == std::string::npos) return "tcp";
    std::string protocol = toLower(text.substr(slash + 1));
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
        throw badPort(whole, "'" + protocol + "' is none of tcp, udp and sctp");
    text.resize(slash);
    return protocol;
}

void checkAddress(const std::string& whole, const std::string& address) {
    in6_addr ignored = {};
    if (::inet_pton(AF_INET, address.c_str(), &ignored) != 1 &&
        ::inet_pton(AF_INET6, address.c_str(), &ignored) != 1)
        throw badPort(whole, "'" + address + "' is no IP address");
}

// Cuts "127.0.0.1:" or "[::1]:" off.
std::string takeAddress(const std::string& whole, std::string& text) {
    std::string address;
    size_t colon = std::string::npos;
    if (startsWith(text, "[")) {
        const size_t end = text.find("]:");
        if (end == std::string::npos) throw badPort(whole, "']:' is missing after the address");
        address = text.substr(1, end - 1);
        colon = end + 1;
    } else {
        const auto parts = split(text, ':');
        if (parts.size() > 3) throw badPort(whole, "an IPv6 address stands in brackets");
        if (parts.size() < 3) return "";
        address = parts[0];
        colon = address.size();
    }
    if (!address.empty()) checkAddress(whole, address);
    text.erase(0, colon + 1);
    return address;
}

} // namespace

void addPublished(Ports& ports, const std::string& text) {
    std::string rest = text;
    const std::string protocol = takeProtocol(text, rest);
    const std::string address = takeAddress(text, rest);
    const auto sides = splitOnce(rest, ':');
    const std::string inside = sides ? sides->second : rest;
    const std::string outside = sides ? sides->first : "";
    const Range container = parseRange(text, inside);
    const bool chosen = !outside.empty();
    const Range host = chosen ? parseRange(text, outside) : Range();
    // A range outside of one port inside: the daemon picks a free one of it.
    const bool pick = chosen && container.size() == 1 && host.size() > 1;
    if (chosen && !pick && host.size() != container.size())
        throw badPort(text, "the ranges differ in length");
    for (int i = 0; i < container.size(); ++i) {
        const std::string port = std::to_string(container.first + i) + "/" + protocol;
        spec::PortBinding binding;
        binding.hostIp = address;
        if (pick)
            binding.hostPort = outside;
        else if (chosen)
            binding.hostPort = std::to_string(host.first + i);
        ports.exposed.insert(port);
        ports.published[port].push_back(binding);
    }
}

void addExposed(Ports& ports, const std::string& text) {
    std::string rest = text;
    if (containsChar(text, ':')) throw badPort(text, "--expose takes PORT[-PORT][/PROTO]");
    const std::string protocol = takeProtocol(text, rest);
    const Range range = parseRange(text, rest);
    for (int port = range.first; port <= range.last; ++port)
        ports.exposed.insert(std::to_string(port) + "/" + protocol);
}

} // namespace ctrd::cli

#include "network/name_files.h"

#include "base/error.h"
#include "base/strings.h"
#include "kernel/ipv4.h"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace ctrd::network {

namespace {

const std::vector<std::string> kPublicServers = {"8.8.8.8", "8.8.4.4"};

constexpr const char* kLocalHosts =
    "127.0.0.1\tlocalhost\n"
    "::1\tlocalhost ip6-localhost ip6-loopback\n"
    "fe00::0\tip6-localnet\n"
    "ff00::0\tip6-mcastprefix\n"
    "ff02::1\tip6-allnodes\n"
    "ff02::2\tip6-allrouters\n";

bool isLoopback(uint32_t address) {
    return address >> 24 == IN_LOOPBACKNET;
}

bool isAddress(const std::string& text) {
    struct in6_addr address;
    return kernel::parseIpv4(text) || inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

// Whether a container can use the server of a "nameserver" line.
bool isReachable(const std::string& server) {
    const auto address = kernel::parseIpv4(server);
    return address && !isLoopback(*address);
}

std::string lines(const char* keyword, const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values)
        text += std::string(keyword) + " " + value + "\n";
    return text;
}

bool keepsLine(const std::vector<std::string>& words, const ResolverOptions& options) {
    if (words.empty()) return true;
    if (words[0] == "nameserver")
        return options.servers.empty() && words.size() > 1 && isReachable(words[1]);
    if (words[0] == "search" || words[0] == "domain") return options.search.empty();
    if (words[0] == "options") return options.options.empty();
    return true;
}

} // namespace

std::string resolvConf(const std::string& hostFile, const ResolverOptions& options) {
    std::string text;
    bool hasServer = !options.servers.empty();
    for (const std::string& line : split(trim(hostFile), '\n')) {
        const std::vector<std::string> words = splitWords(line);
        if (!keepsLine(words, options)) continue;
        hasServer |= !words.empty() && words[0] == "nameserver";
        if (!text.empty() || !words.empty()) text += line + "\n";
    }
    if (!options.search.empty() && options.search != std::vector<std::string>{"."})
        text += "search " + join(options.search, " ") + "\n";
    text += lines("nameserver", hasServer ? options.servers : kPublicServers);
    if (!options.options.empty()) text += "options " + join(options.options, " ") + "\n";
    return text;
}

std::vector<std::string> nameservers(const std::string& resolvConf) {
    std::vector<std::string> servers;
    for (const std::string& line : split(resolvConf, '\n')) {
        const std::vector<std::string> words = splitWords(line);
        if (words.size() > 1 && words[0] == "nameserver" && kernel::parseIpv4(words[1]))
            servers.push_back(words[1]);
    }
    return servers;
}

std::string hostsFile(const HostsOptions& options) {
    std::string text = kLocalHosts;
    if (!options.address.empty() && !options.hostname.empty()) {
        text += options.address + "\t";
        if (!options.domainname.empty()) text += options.hostname + "." + options.domainname + " ";
        text += options.hostname + "\n";
    }
    for (const std::string& extra : options.extraHosts) {
        const auto parts = splitOnce(extra, ':'); // at the first: an IPv6 address has more
        if (!parts || splitWords(parts->first).size() != 1 || !isAddress(parts->second))
            throw invalidArgument("extra host '" + extra + "': name:address is wanted");
        text += parts->second + "\t" + parts->first + "\n";
    }
    return text;
}

} // namespace ctrd::network

#include "kernel/ipv4.h"

#include "base/error.h"
#include "base/strings.h"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace ctrd::kernel {

std::optional<uint32_t> parseIpv4(const std::string& text) {
    struct in_addr address;
    if (inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
    return ntohl(address.s_addr);
}

std::string formatIpv4(uint32_t address) {
    const struct in_addr raw = {htonl(address)};
    char text[INET_ADDRSTRLEN];
    return inet_ntop(AF_INET, &raw, text, sizeof text);
}

uint32_t Ipv4Subnet::mask() const {
    // A shift by the whole width is undefined.
    return prefixLength == 0 ? 0 : ~uint32_t(0) << (32 - prefixLength);
}

bool Ipv4Subnet::contains(const Ipv4Subnet& other) const {
    return prefixLength <= other.prefixLength && contains(other.address);
}

bool Ipv4Subnet::overlaps(const Ipv4Subnet& other) const {
    return first() <= other.last() && other.first() <= last();
}

std::string Ipv4Subnet::toString() const {
    return formatIpv4(address) + "/" + std::to_string(prefixLength);
}

std::string Ipv4Subnet::networkString() const {
    return formatIpv4(first()) + "/" + std::to_string(prefixLength);
}

Ipv4Subnet parseSubnet(const std::string& text, const std::string& what) {
    if (const auto parts = splitOnce(text, '/')) {
        const auto address = parseIpv4(parts->first);
        const auto length = parseInt(parts->second);
        if (address && length && *length >= 0 && *length <= 32)
            return {*address, static_cast<int>(*length)};
    }
    throw invalidArgument(what + ": '" + text +
                          "' is not an IPv4 address with a prefix length, such as 172.17.42.1/16");
}

} // namespace ctrd::kernel

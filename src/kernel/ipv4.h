#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ctrd::kernel {

// Addresses are numbers in host byte order, so that the next one is `+ 1`.

// Dotted quad only, as inet_pton(3) takes it: no "10.1" and no octal.
std::optional<uint32_t> parseIpv4(const std::string& text);
std::string formatIpv4(uint32_t address);

// An address with the network around it: "172.17.42.1/16".
struct Ipv4Subnet {
    uint32_t address = 0; // host bits are kept
    int prefixLength = 0;

    uint32_t mask() const;
    uint32_t first() const { return address & mask(); }
    uint32_t last() const { return address | ~mask(); } // the broadcast address
    bool contains(uint32_t other) const { return (other & mask()) == first(); }
    bool contains(const Ipv4Subnet& other) const;
    bool overlaps(const Ipv4Subnet& other) const;
    std::string toString() const;      // "172.17.42.1/16"
    std::string networkString() const; // "172.17.0.0/16"

    bool operator==(const Ipv4Subnet& other) const {
        return address == other.address && prefixLength == other.prefixLength;
    }
};

// "172.17.42.1/16"; throws InvalidArgument that names `what` ("--bip") and the text.
Ipv4Subnet parseSubnet(const std::string& text, const std::string& what);

} // namespace ctrd::kernel

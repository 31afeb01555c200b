#pragma once

#include "kernel/netlink.h"

#include <string>

namespace ctrd::network {

// Docker's scheme, 02:42 and the four bytes of the IPv4 address: locally administered, and whoever
// has an address next has the same MAC, so that nobody's neighbour table is wrong.
inline std::string macFor(uint32_t address) {
    std::string bytes = "\x02\x42";
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(address >> shift & 255);
    return kernel::formatMac(bytes);
}

} // namespace ctrd::network

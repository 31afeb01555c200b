#pragma once

#include "kernel/ipv4.h"

#include <cstdint>
#include <vector>

namespace ctrd::network {

// Docker 1.7.1's list of networks for a bridge without --bip, with the bridge's address in each.
const std::vector<kernel::Ipv4Subnet>& subnetCandidates();

// The first candidate that overlaps neither a route of the host (its default route aside) nor holds
// one of its name servers: containers could not reach what is behind them any more.  Throws
// Unavailable where all do.
kernel::Ipv4Subnet chooseSubnet(const std::vector<kernel::Ipv4Subnet>& routes,
                                const std::vector<uint32_t>& nameservers);

} // namespace ctrd::network

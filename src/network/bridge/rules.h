#pragma once

#include "kernel/iptables.h"
#include "kernel/ipv4.h"

#include <string>

namespace ctrd::network {

struct RuleOptions {
    std::string bridge;
    kernel::Ipv4Subnet subnet;
    bool masquerade = true;        // --ip-masq
    bool betweenContainers = true; // --icc
};

// What a bridge needs of the packet filter, the same as Docker 1.7.1's but in chains of its own,
// CTRD-<bridge> in nat and filter, where published ports go: so several bridges, and several ctrd,
// do not meet.  Everything is before the REJECT that ends EL6's FORWARD chain.
kernel::RuleSet bridgeRules(const RuleOptions& options);

} // namespace ctrd::network

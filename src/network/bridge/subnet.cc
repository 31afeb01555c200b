#include "network/bridge/subnet.h"

#include "base/error.h"

#include <algorithm>

namespace ctrd::network {

namespace {

bool isFree(const kernel::Ipv4Subnet& subnet, const std::vector<kernel::Ipv4Subnet>& routes,
            const std::vector<uint32_t>& nameservers) {
    return std::none_of(routes.begin(), routes.end(),
                        [&](const kernel::Ipv4Subnet& route) {
                            return route.prefixLength > 0 && route.overlaps(subnet);
                        }) &&
           std::none_of(nameservers.begin(), nameservers.end(),
                        [&](uint32_t server) { return subnet.contains(server); });
}

} // namespace

const std::vector<kernel::Ipv4Subnet>& subnetCandidates() {
    static const std::vector<kernel::Ipv4Subnet> candidates = [] {
        std::vector<kernel::Ipv4Subnet> list;
        for (const char* text :
             {"172.17.42.1/16", "10.0.42.1/16", "10.1.42.1/16", "10.42.42.1/16", "172.16.42.1/24",
              "172.16.43.1/24", "172.16.44.1/24", "10.0.42.1/24", "10.0.43.1/24", "192.168.42.1/24",
              "192.168.43.1/24", "192.168.44.1/24"})
            list.push_back(kernel::parseSubnet(text, "candidate"));
        return list;
    }();
    return candidates;
}

kernel::Ipv4Subnet chooseSubnet(const std::vector<kernel::Ipv4Subnet>& routes,
                                const std::vector<uint32_t>& nameservers) {
    for (const kernel::Ipv4Subnet& candidate : subnetCandidates())
        if (isFree(candidate, routes, nameservers)) return candidate;
    throw unavailable(
        "every network that a bridge might have overlaps a route or name server of this host; give "
        "one with --bip");
}

} // namespace ctrd::network

#pragma once

#include "base/sync.h"
#include "kernel/iptables.h"
#include "kernel/ipv4.h"
#include "network/address_pool.h"
#include "network/bridge/claim.h"
#include "network/bridge/sweeper.h"
#include "network/driver.h"

#include <map>
#include <optional>

namespace ctrd::network {

// ctrd's options; the empty ones are chosen by the host.
struct BridgeOptions {
    std::string bridge = "ctr0"; // -b: made where it does not exist, else used as it is
    std::string bip;             // "172.17.42.1/16"
    std::string fixedCidr;       // the part of the network that containers get addresses from
    std::string defaultGateway;  // "": the bridge
    int mtu = 0;                 // bytes; 0: that of the host's default route
    bool iptables = true;
    bool ipForward = true;
    bool ipMasq = true;
    bool icc = true;
};

// Containers on an Ethernet bridge behind the host's address.
class BridgeDriver : public Driver {
public:
    // Throws InvalidArgument that names the wrong option.
    explicit BridgeDriver(BridgeOptions options);

    std::string type() const override { return "bridge"; }
    // Throws Conflict where another ctrd that is running has the bridge.
    // May be called again at any time: puts back rules that are gone, touches nothing else.
    void createNetwork() override;
    void deleteNetwork() override;
    Endpoint createEndpoint(const EndpointRequest& request) override;
    void restoreEndpoint(const Endpoint& endpoint) override;
    void join(const Endpoint& endpoint, int networkNamespace) override;
    // The container is off the bridge when this returns; its interface, if its namespace does not
    // take it along, is deleted soon after, at the latest by deleteNetwork or the destructor.
    void leave(const Endpoint& endpoint) override;
    void deleteEndpoint(const Endpoint& endpoint) override;
    // {"Name": "bridge", "Driver": "bridge", "SharesHost": false, "Bridge": "ctr0",
    //  "Subnet": "172.17.0.0/16", "Gateway": "172.17.42.1", "Mtu": 1500, "Icc": true,
    //  "Masquerade": true, "Iptables": true}; without the network's part before createNetwork.
    Json describe() const override;

private:
    struct Network {
        AddressPool pool;
        uint32_t gateway;
        int mtu;
        std::map<std::string, uint32_t> endpoints; // endpoint id → address
        BridgeClaim claim;
    };

    Network planNetwork(const kernel::Ipv4Subnet& address) const;
    kernel::RuleSet rulesFor(const kernel::Ipv4Subnet& address) const;
    void setKernelSwitches() const;
    void setUpFilter(const kernel::Ipv4Subnet& address) const;
    void takeDown(const kernel::Ipv4Subnet& address) const;

    const BridgeOptions options_;
    std::optional<kernel::Ipv4Subnet> bip_, fixedCidr_;
    uint32_t defaultGateway_ = 0;
    // Nothing before createNetwork and after deleteNetwork.
    mutable Sync<std::optional<Network>> network_;
    LinkSweeper sweeper_;
};

} // namespace ctrd::network

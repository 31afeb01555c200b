#include "network/bridge/driver.h"

#include "base/error.h"
#include "base/finally.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/netlink.h"
#include "network/bridge/device.h"
#include "network/bridge/mac.h"
#include "network/bridge/rules.h"
#include "network/bridge/wire.h"

#include <algorithm>

namespace ctrd::network {

namespace {

using kernel::formatIpv4;
using kernel::Ipv4Subnet;

constexpr const char* kIpForward = "/proc/sys/net/ipv4/ip_forward";
constexpr const char* kBridgeNetfilter = "/proc/sys/net/bridge/bridge-nf-call-iptables";
constexpr size_t kMaxInterfaceName = 15; // IFNAMSIZ without its final zero
constexpr int kDefaultMtu = 1500;
constexpr int kMinMtu = 68, kMaxMtu = 65535; // what a veth takes

void checkBridgeName(const std::string& name) {
    const auto isPlain = [](char c) { return c > ' ' && c < 127 && c != '/' && c != '"'; };
    if (name.empty() || name.size() > kMaxInterfaceName || name == "." || name == ".." ||
        !std::all_of(name.begin(), name.end(), isPlain))
        throw invalidArgument("--bridge: '" + name +
                              "' is no name for an interface: 1 to 15 characters without spaces "
                              "and slashes");
}

uint32_t parseAddress(const std::string& text, const std::string& what) {
    if (const auto address = kernel::parseIpv4(text)) return *address;
    throw invalidArgument(what + ": '" + text + "' is not an IPv4 address");
}

int mtuOfDefaultRoute() {
    kernel::Netlink netlink;
    for (const kernel::RouteInfo& route : netlink.routes()) {
        if (route.destination.prefixLength != 0 || route.linkIndex == 0) continue;
        for (const kernel::LinkInfo& link : netlink.links())
            if (link.index == route.linkIndex) return std::min(link.mtu, kMaxMtu);
    }
    return kDefaultMtu;
}

void switchOn(const std::string& file) {
    // Written only where it changes something: a container host may have /proc/sys read-only.
    if (trim(readFile(file)) != "1") writeKernelFile(file, "1");
}

Error notReady() {
    return internalError("the bridge network is not made yet");
}

std::string checkedMac(const std::string& text) {
    const auto bytes = kernel::parseMac(text);
    if (!bytes || (bytes->front() & 1) != 0)
        throw invalidArgument("'" + text + "' is not the MAC address of a single interface");
    return kernel::formatMac(*bytes);
}

} // namespace

BridgeDriver::BridgeDriver(BridgeOptions options) : options_(std::move(options)) {
    checkBridgeName(options_.bridge);
    if (!options_.bip.empty()) bip_ = kernel::parseSubnet(options_.bip, "--bip");
    if (bip_ && (bip_->address == bip_->first() || bip_->address == bip_->last()))
        throw invalidArgument("--bip: " + options_.bip +
                              " is the address of a network, not of a host in it");
    if (!options_.fixedCidr.empty())
        fixedCidr_ = kernel::parseSubnet(options_.fixedCidr, "--fixed-cidr");
    if (!options_.defaultGateway.empty())
        defaultGateway_ = parseAddress(options_.defaultGateway, "--default-gateway");
    if (options_.mtu != 0 && (options_.mtu < kMinMtu || options_.mtu > kMaxMtu))
        throw invalidArgument("--mtu: " + std::to_string(options_.mtu) +
                              " is out of range: 68 to 65535");
    if (bip_) planNetwork(*bip_); // so that a wrong range is known before anything is made
}

BridgeDriver::Network BridgeDriver::planNetwork(const Ipv4Subnet& address) const {
    Network network{
        AddressPool(address, fixedCidr_.value_or(address)), address.address, options_.mtu, {}, {}};
    network.pool.take(address.address);
    if (defaultGateway_ != 0 && defaultGateway_ != address.address) {
        network.pool.take(defaultGateway_);
        network.gateway = defaultGateway_;
    }
    return network;
}

void BridgeDriver::createNetwork() {
    const auto network = network_.lock();
    if (*network) {
        const Ipv4Subnet known = (*network)->pool.subnet();
        setUpBridge({options_.bridge, known});
        setUpFilter(known);
        return;
    }
    BridgeClaim claim(options_.bridge);
    const Ipv4Subnet address = setUpBridge({options_.bridge, bip_});
    Finally undo([&] {
        try {
            takeDown(address);
        } catch (const Error& e) {
            // One that was taken over with containers on it stays theirs.
            log::debug(std::string("after a failed start: ") + e.what());
        }
    });
    Network planned = planNetwork(address);
    if (planned.mtu == 0) planned.mtu = mtuOfDefaultRoute();
    setUpFilter(address);
    planned.claim = std::move(claim);
    *network = std::move(planned);
    undo.dismiss();
}

void BridgeDriver::setUpFilter(const Ipv4Subnet& address) const {
    setKernelSwitches();
    if (options_.iptables) kernel::Iptables::find().install(rulesFor(address));
}

void BridgeDriver::setKernelSwitches() const {
    if (options_.ipForward) switchOn(kIpForward);
    if (options_.icc || !options_.iptables) return;
    // Frames between two ports of a bridge pass the FORWARD chain only with this.
    if (!exists(kBridgeNetfilter))
        throw notSupported(
            "--icc=false needs bridge netfilter, which this kernel has not loaded: "
            "modprobe br_netfilter");
    switchOn(kBridgeNetfilter);
}

kernel::RuleSet BridgeDriver::rulesFor(const Ipv4Subnet& address) const {
    return bridgeRules({options_.bridge, address, options_.ipMasq, options_.icc});
}

void BridgeDriver::takeDown(const Ipv4Subnet& address) const {
    removeBridge(options_.bridge);
    if (options_.iptables) kernel::Iptables::find().remove(rulesFor(address));
}

void BridgeDriver::deleteNetwork() {
    const auto network = network_.lock();
    if (!*network) return;
    if (!(*network)->endpoints.empty())
        throw conflict("the network 'bridge' still has " +
                       std::to_string((*network)->endpoints.size()) + " endpoints");
    sweeper_.drain();
    takeDown((*network)->pool.subnet());
    network->reset();
}

Endpoint BridgeDriver::createEndpoint(const EndpointRequest& request) {
    Endpoint endpoint;
    endpoint.network = type();
    endpoint.endpointId = randomHex(64);
    endpoint.interface = "eth0";
    endpoint.hostInterface = "veth" + endpoint.endpointId.substr(0, 7);
    if (!request.macAddress.empty()) endpoint.macAddress = checkedMac(request.macAddress);

    const auto network = network_.lock();
    if (!*network) throw notReady();
    AddressPool& pool = (*network)->pool;
    uint32_t address = 0;
    if (request.address.empty()) {
        address = pool.allocate();
    } else {
        address = parseAddress(request.address, "address");
        pool.take(address);
    }
    (*network)->endpoints.emplace(endpoint.endpointId, address);
    endpoint.address = formatIpv4(address);
    endpoint.prefixLength = pool.subnet().prefixLength;
    endpoint.gateway = formatIpv4((*network)->gateway);
    if (endpoint.macAddress.empty()) endpoint.macAddress = macFor(address);
    return endpoint;
}

void BridgeDriver::restoreEndpoint(const Endpoint& endpoint) {
    const uint32_t address = parseAddress(endpoint.address, "address of a kept endpoint");
    const auto network = network_.lock();
    if (!*network) throw notReady();
    if ((*network)->endpoints.count(endpoint.endpointId) > 0) return;
    (*network)->pool.take(address);
    (*network)->endpoints.emplace(endpoint.endpointId, address);
}

void BridgeDriver::join(const Endpoint& endpoint, int networkNamespace) {
    Wire wire;
    wire.bridge = options_.bridge;
    wire.hostInterface = endpoint.hostInterface;
    wire.interface = endpoint.interface;
    wire.macAddress = endpoint.macAddress;
    wire.address = {parseAddress(endpoint.address, "address"), endpoint.prefixLength};
    wire.gateway = parseAddress(endpoint.gateway, "gateway");
    {
        const auto network = network_.lock();
        if (!*network) throw notReady();
        wire.mtu = (*network)->mtu;
    }
    layWire(wire, networkNamespace);
}

void BridgeDriver::leave(const Endpoint& endpoint) {
    if (unplugWire(options_.bridge, endpoint.hostInterface)) sweeper_.add(endpoint.hostInterface);
}

void BridgeDriver::deleteEndpoint(const Endpoint& endpoint) {
    const auto network = network_.lock();
    if (!*network) return;
    const auto found = (*network)->endpoints.find(endpoint.endpointId);
    if (found == (*network)->endpoints.end()) return;
    (*network)->pool.release(found->second);
    (*network)->endpoints.erase(found);
}

Json BridgeDriver::describe() const {
    Json json = {{"Name", "bridge"},
                 {"Driver", type()},
                 {"SharesHost", false},
                 {"Bridge", options_.bridge},
                 {"Icc", options_.icc},
                 {"Masquerade", options_.ipMasq},
                 {"Iptables", options_.iptables}};
    const auto network = network_.lock();
    if (*network) {
        json["Subnet"] = (*network)->pool.subnet().networkString();
        json["Gateway"] = formatIpv4((*network)->gateway);
        json["Mtu"] = (*network)->mtu;
    }
    return json;
}

} // namespace ctrd::network

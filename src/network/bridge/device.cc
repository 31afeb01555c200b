#include "network/bridge/device.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/finally.h"
#include "base/path.h"
#include "base/strings.h"
#include "kernel/bridge.h"
#include "kernel/file_lock.h"
#include "kernel/netlink.h"
#include "network/bridge/mac.h"
#include "network/bridge/subnet.h"
#include "network/name_files.h"

#include <algorithm>

namespace ctrd::network {

namespace {

using kernel::Ipv4Subnet;

// Two ctrd that start at once must not choose the same free network.
constexpr const char* kLockPath = "/var/run/ctrd-bridge.lock";
constexpr const char* kResolvConf = "/etc/resolv.conf";
constexpr const char* kMark = "ctrd";

// Both ends of the work on one bridge, in the host's namespace.
struct Host {
    kernel::Netlink netlink;
    kernel::BridgeControl bridges;
};

Ipv4Subnet freeSubnet(Host& host) {
    std::vector<Ipv4Subnet> routes;
    for (const kernel::RouteInfo& route : host.netlink.routes())
        routes.push_back(route.destination);
    std::vector<uint32_t> servers;
    if (exists(kResolvConf))
        for (const std::string& server : nameservers(readFile(kResolvConf)))
            servers.push_back(kernel::parseIpv4(server).value());
    return chooseSubnet(routes, servers);
}

Ipv4Subnet makeBridge(Host& host, const DeviceOptions& options) {
    const Ipv4Subnet address = options.address ? *options.address : freeSubnet(host);
    host.bridges.create(options.bridge);
    Finally undo([&] {
        try {
            host.bridges.takeDown(options.bridge);
            host.bridges.remove(options.bridge);
        } catch (const Error&) {
            // The first failure is the one to report.
        }
    });
    kernel::LinkChange change;
    change.alias = kMark;
    // Fixed, because a bridge takes the lowest address of its ports otherwise and changes it
    // whenever a container comes or goes, which breaks what the containers remember of it.
    change.mac = macFor(address.address);
    change.up = true;
    host.netlink.addAddress(options.bridge, address);
    host.netlink.changeLink(options.bridge, change);
    undo.dismiss();
    return address;
}

// One of ours from an earlier ctrd, which may have died half way through makeBridge.
Ipv4Subnet takeOverOurs(Host& host, const DeviceOptions& options) {
    const std::vector<Ipv4Subnet> present = host.netlink.addressesOf(options.bridge);
    Ipv4Subnet address;
    if (options.address)
        address = *options.address;
    else
        address = present.empty() ? freeSubnet(host) : present.front();
    if (std::find(present.begin(), present.end(), address) == present.end()) {
        if (!present.empty() && !host.bridges.ports(options.bridge).empty())
            throw conflict("containers on the bridge '" + options.bridge + "' still use " +
                           present.front().toString() + ": stop them before it becomes " +
                           address.toString());
        for (const Ipv4Subnet& old : present)
            host.netlink.deleteAddress(options.bridge, old);
        host.netlink.addAddress(options.bridge, address);
    }
    kernel::LinkChange change;
    change.up = true;
    host.netlink.changeLink(options.bridge, change);
    return address;
}

Ipv4Subnet useTheirs(Host& host, const DeviceOptions& options) {
    const std::vector<Ipv4Subnet> present = host.netlink.addressesOf(options.bridge);
    if (present.empty())
        throw invalidArgument("the bridge '" + options.bridge +
                              "' has no IPv4 address: give it one, or let ctrd make the bridge by "
                              "naming one that does not exist");
    if (!options.address) return present.front();
    if (std::find(present.begin(), present.end(), *options.address) == present.end())
        throw invalidArgument("the bridge '" + options.bridge + "' has the address " +
                              present.front().toString() + ", not " + options.address->toString() +
                              "; leave --bip out to use the bridge as it is");
    return *options.address;
}

} // namespace

Ipv4Subnet setUpBridge(const DeviceOptions& options) {
    const kernel::FileLock lock(kLockPath);
    Host host;
    const auto link = host.netlink.findLink(options.bridge);
    if (!link) return makeBridge(host, options);
    if (!host.bridges.isBridge(options.bridge))
        throw conflict("the interface '" + options.bridge +
                       "' is there and is no bridge; choose another name with --bridge");
    return link->alias == kMark ? takeOverOurs(host, options) : useTheirs(host, options);
}

void removeBridge(const std::string& bridge) {
    const kernel::FileLock lock(kLockPath);
    Host host;
    const auto link = host.netlink.findLink(bridge);
    if (!link || link->alias != kMark) return;
    const std::vector<std::string> ports = host.bridges.ports(bridge);
    if (!ports.empty())
        throw conflict("the bridge '" + bridge + "' is in use by " + join(ports, ", "));
    host.bridges.takeDown(bridge);
    host.bridges.remove(bridge);
}

} // namespace ctrd::network

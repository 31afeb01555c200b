#include "kernel/bridge.h"

#include "base/error.h"
#include "base/finally.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <linux/if_bridge.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace ctrd::kernel {

namespace {

constexpr size_t kMaxBridges = 2047; // br_ioctl.c refuses room for more
constexpr size_t kMaxPorts = 1024;   // BR_MAX_PORTS

struct ifreq requestFor(const std::string& name) {
    struct ifreq request {};
    if (name.empty() || name.size() >= sizeof request.ifr_name)
        throw invalidArgument("'" + name + "' is no name for an interface: 1 to 15 characters");
    std::memcpy(request.ifr_name, name.data(), name.size());
    return request;
}

} // namespace

BridgeControl::BridgeControl() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (!socket_) throw SystemError("open a socket for bridges");
}

void BridgeControl::create(const std::string& bridge) {
    struct ifreq request = requestFor(bridge);
    if (ioctl(socket_.get(), SIOCBRADDBR, request.ifr_name) != 0)
        throw SystemError("make the bridge '" + bridge + "'");
    Finally undo([&] { ioctl(socket_.get(), SIOCBRDELBR, request.ifr_name); });
    unsigned long arguments[4] = {BRCTL_SET_BRIDGE_FORWARD_DELAY, 0, 0, 0};
    struct ifreq delay = request;
    delay.ifr_data = reinterpret_cast<char*>(arguments);
    if (ioctl(socket_.get(), SIOCDEVPRIVATE, &delay) != 0)
        throw SystemError("set the forward delay of the bridge '" + bridge + "'");
    undo.dismiss();
}

void BridgeControl::takeDown(const std::string& bridge) {
    struct ifreq request = requestFor(bridge);
    if (ioctl(socket_.get(), SIOCGIFFLAGS, &request) == 0) {
        request.ifr_flags = static_cast<short>(request.ifr_flags & ~IFF_UP);
        if (ioctl(socket_.get(), SIOCSIFFLAGS, &request) == 0) return;
    }
    if (errno != ENODEV) throw SystemError("take down the bridge '" + bridge + "'");
}

bool BridgeControl::remove(const std::string& bridge) {
    struct ifreq request = requestFor(bridge);
    if (ioctl(socket_.get(), SIOCBRDELBR, request.ifr_name) == 0) return true;
    if (errno == ENXIO || errno == ENODEV) return false;
    throw SystemError("remove the bridge '" + bridge + "'");
}

bool BridgeControl::isBridge(const std::string& name) const {
    const int index = indexOf(name);
    std::vector<int> bridges(kMaxBridges);
    unsigned long arguments[3] = {BRCTL_GET_BRIDGES,
                                  reinterpret_cast<unsigned long>(bridges.data()), kMaxBridges};
    const int count = ioctl(socket_.get(), SIOCGIFBR, arguments);
    if (count < 0) {
        // The kernel's bridge code is not loaded: nothing can be one.
        if (errno == ENOPKG || errno == ENOSYS || errno == ENOTTY) return false;
        throw SystemError("list the bridges");
    }
    return index != 0 && std::count(bridges.begin(), bridges.begin() + count, index) > 0;
}

void BridgeControl::attach(const std::string& bridge, const std::string& port) {
    struct ifreq request = requestFor(bridge);
    request.ifr_ifindex = indexOf(port);
    if (ioctl(socket_.get(), SIOCBRADDIF, &request) != 0)
        throw SystemError("attach '" + port + "' to the bridge '" + bridge + "'");
}

bool BridgeControl::detach(const std::string& bridge, const std::string& port) {
    struct ifreq request = requestFor(bridge);
    request.ifr_ifindex = indexOf(port);
    if (request.ifr_ifindex == 0) return false;
    if (ioctl(socket_.get(), SIOCBRDELIF, &request) == 0) return true;
    // It is on no bridge or another one, it went away just now, or there is no such bridge.
    if (errno == EINVAL || errno == ENODEV || errno == EOPNOTSUPP) return true;
    throw SystemError("detach '" + port + "' from the bridge '" + bridge + "'");
}

std::vector<std::string> BridgeControl::ports(const std::string& bridge) const {
    struct ifreq request = requestFor(bridge);
    std::vector<int> indices(kMaxPorts);
    unsigned long arguments[4] = {BRCTL_GET_PORT_LIST,
                                  reinterpret_cast<unsigned long>(indices.data()), kMaxPorts, 0};
    request.ifr_data = reinterpret_cast<char*>(arguments);
    if (ioctl(socket_.get(), SIOCDEVPRIVATE, &request) < 0)
        throw SystemError("list the ports of the bridge '" + bridge + "'");
    std::vector<std::string> names;
    for (const int index : indices) {
        struct ifreq port {};
        port.ifr_ifindex = index;
        if (index != 0 && ioctl(socket_.get(), SIOCGIFNAME, &port) == 0)
            names.emplace_back(port.ifr_name);
    }
    return names;
}

int BridgeControl::indexOf(const std::string& name) const {
    struct ifreq request = requestFor(name);
    return ioctl(socket_.get(), SIOCGIFINDEX, &request) == 0 ? request.ifr_ifindex : 0;
}

} // namespace ctrd::kernel

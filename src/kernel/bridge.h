#pragma once

#include "base/fd.h"

#include <string>
#include <vector>

namespace ctrd::kernel {

// Ethernet bridges through the ioctls of linux/if_bridge.h, which kernels of all ages take: on
// 2.6.32 netlink cannot make a bridge, and setting a master succeeds without effect.  Works in the
// network namespace in which the thread was that made it.  Throws SystemError that names the
// bridge.
class BridgeControl {
public:
    BridgeControl();

    // Makes it without spanning tree and without forward delay: 2.6.32 keeps a new port from
    // forwarding for 15 seconds otherwise.
    void create(const std::string& bridge);
    // False where it is not there.  It must be down (EBUSY).
    bool remove(const std::string& bridge);
    void takeDown(const std::string& bridge);
    bool isBridge(const std::string& name) const;
    void attach(const std::string& bridge, const std::string& port);
    // False where there is no such interface; nothing where it is not on this bridge.
    bool detach(const std::string& bridge, const std::string& port);
    // Names of its ports.
    std::vector<std::string> ports(const std::string& bridge) const;

private:
    int indexOf(const std::string& name) const; // 0: none

    Fd socket_;
};

} // namespace ctrd::kernel

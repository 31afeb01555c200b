#pragma once

#include "kernel/ipv4.h"

#include <string>

namespace ctrd::network {

// A container's cable to the bridge.
struct Wire {
    std::string bridge;
    std::string hostInterface;
    std::string interface;
    std::string macAddress;
    kernel::Ipv4Subnet address;
    uint32_t gateway = 0;
    int mtu = 0;
};

// Makes the pair, one end on the bridge, the other in the network namespace with its address and
// the default route.  Works in a thread of its own, because entering the namespace changes the
// thread.  On failure nothing stays.  Throws SystemError.
void layWire(const Wire& wire, int networkNamespace);

// Takes the host's end off the bridge, so that nothing gets through any more and its address may be
// used again.  False where it is gone already.
bool unplugWire(const std::string& bridge, const std::string& hostInterface);

// Deletes both ends, which takes the kernel some 35 ms; nothing where it is gone already.
void removeWire(const std::string& hostInterface);

} // namespace ctrd::network

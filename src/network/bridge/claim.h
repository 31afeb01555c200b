#pragma once

#include "base/fd.h"

#include <string>

namespace ctrd::network {

// One bridge, one ctrd: two that give out the same addresses would break each other's containers.
// Held by the name of an abstract socket, see unix(7): unlike a file it belongs to the network
// namespace that the bridge is in, and it goes with the process however that ends.
class BridgeClaim {
public:
    BridgeClaim() = default;
    // Throws Conflict where somebody else has it.
    explicit BridgeClaim(const std::string& bridge);

private:
    Fd socket_;
};

} // namespace ctrd::network

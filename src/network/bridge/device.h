#pragma once

#include "kernel/ipv4.h"

#include <optional>
#include <string>

namespace ctrd::network {

struct DeviceOptions {
    std::string bridge;
    std::optional<kernel::Ipv4Subnet> address; // --bip; nothing: the one it has, or a candidate
};

// Makes the bridge, or takes over the one that is there: one of ours (known by the alias that we
// give it, see ip-link(8)) gets the address asked for, one of the user's is used as it is.
// Returns its address.  On failure a bridge made here is gone again.  Throws Conflict where the
// name belongs to something else, or where containers still live at another address than the one
// asked for; InvalidArgument where the user's bridge has another or none.
kernel::Ipv4Subnet setUpBridge(const DeviceOptions& options);

// Removes it if it is one of ours; nothing where it is not there.  Throws Conflict where something
// is still attached to it.
void removeBridge(const std::string& bridge);

} // namespace ctrd::network

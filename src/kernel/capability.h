#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Capabilities by name and number (linux/capability.h), and the sets of a process.
namespace ctrd::kernel {

// Bit n stands for capability number n.
using CapabilityMask = uint64_t;

// "CAP_NET_ADMIN" of "NET_ADMIN", "net_admin", "CAP_net_admin"; nothing where ctrd knows no such
// name.  "ALL" is none.
std::optional<std::string> canonicalCapability(const std::string& name);
// "CAP_CHOWN" of 0; a number that is newer than ctrd stays one ("CAP_41").
std::string capabilityName(int number);
// Whether the running kernel has it.
bool capabilityKnown(const std::string& name);

// Docker's fourteen, as CAP_…, in numeric order.
const std::vector<std::string>& defaultCapabilities();
// Those the running kernel has and this process may pass on: root need not hold them all.
std::vector<std::string> allCapabilities();

// The highest number the running kernel knows: 33 on 2.6.32, whose /proc need not tell it.
int lastCapability();

// Names that are none are left out.
CapabilityMask capabilityMask(const std::vector<std::string>& names);
// What this process is permitted and may pass on through execve (its bounding set).
CapabilityMask heldCapabilities();

// Each acts on the calling thread and throws SystemError.
void dropFromBoundingSet(CapabilityMask keep);
// Permitted, effective and inheritable set at once.
void setCapabilities(CapabilityMask mask);
// Whether a change of user ids leaves the permitted set alone.
void keepCapabilities(bool on);

} // namespace ctrd::kernel

#pragma once

#include "base/fd.h"

#include <cstdint>
#include <optional>
#include <string>

// Being told that a memory group ran out; `directory` is the group's in the memory hierarchy.
namespace ctrd::kernel {

// An eventfd whose count goes up each time the kernel finds no memory left in the group, and once
// when the group is removed.  Empty where the kernel has no such notification; throws SystemError.
Fd openOomEvent(const std::string& directory);

// How many processes of the group the kernel killed for memory; nothing before Linux 4.13.
std::optional<uint64_t> oomKills(const std::string& directory);

} // namespace ctrd::kernel

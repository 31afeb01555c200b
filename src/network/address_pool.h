#pragma once

#include "kernel/ipv4.h"

#include <cstdint>
#include <set>

namespace ctrd::network {

// The addresses of one network and who has them; one after the other, as Docker gives them: the
// next one is after the last, so that an address that became free rests as long as possible.
// Not thread safe.
class AddressPool {
public:
    // Gives out addresses of `range`, which lies within `subnet`; the subnet's own first and last
    // address are never given.
    AddressPool(const kernel::Ipv4Subnet& subnet, const kernel::Ipv4Subnet& range);

    // Throws Unavailable where all are taken.
    uint32_t allocate();
    // Takes this one, which may lie outside the range.  Throws InvalidArgument where the subnet
    // has no such address and Conflict where it is taken.
    void take(uint32_t address);
    // Nothing where it is free.
    void release(uint32_t address) { taken_.erase(address); }

    const kernel::Ipv4Subnet& subnet() const { return subnet_; }

private:
    kernel::Ipv4Subnet subnet_, range_;
    uint32_t low_, high_, next_;
    std::set<uint32_t> taken_;
};

} // namespace ctrd::network

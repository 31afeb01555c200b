#include "network/address_pool.h"

#include "base/error.h"

#include <algorithm>

namespace ctrd::network {

AddressPool::AddressPool(const kernel::Ipv4Subnet& subnet, const kernel::Ipv4Subnet& range)
    : subnet_(subnet), range_(range) {
    if (subnet.prefixLength < 1 || subnet.prefixLength > 30)
        throw invalidArgument("the network " + subnet.networkString() +
                              " is no size for containers: /1 to /30 are");
    if (!subnet.contains(range))
        throw invalidArgument("the range " + range.networkString() + " is not within the network " +
                              subnet.networkString());
    low_ = std::max(range.first(), subnet.first() + 1);
    high_ = std::min(range.last(), subnet.last() - 1);
    next_ = low_;
}

uint32_t AddressPool::allocate() {
    // 64 bits, because the number of addresses in a /1 with its ends does not fit 32.
    const uint64_t count = uint64_t(high_) - low_ + 1;
    for (uint64_t i = 0; i < count && low_ <= high_; ++i) {
        const uint32_t candidate = next_;
        next_ = next_ == high_ ? low_ : next_ + 1;
        if (taken_.insert(candidate).second) return candidate;
    }
    throw unavailable("no free address left in " + range_.networkString() + " (" +
                      std::to_string(taken_.size()) +
                      " taken): remove containers or choose a larger range");
}

void AddressPool::take(uint32_t address) {
    if (!subnet_.contains(address) || address == subnet_.first() || address == subnet_.last())
        throw invalidArgument("the address " + kernel::formatIpv4(address) +
                              " is none of the network " + subnet_.networkString());
    if (!taken_.insert(address).second)
        throw conflict("the address " + kernel::formatIpv4(address) + " is already in use");
}

} // namespace ctrd::network

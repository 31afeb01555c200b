#pragma once

#include <string>

// The freezer of cgroup v1; `directory` is the group's in its hierarchy.
namespace ctrd::kernel {

// Returns when every task stands still.  After ten seconds it thaws them again and throws
// Unavailable.
void freezeCgroup(const std::string& directory);
// Nothing where the group is gone.
void thawCgroup(const std::string& directory);
// FROZEN or FREEZING.
bool isCgroupFrozen(const std::string& directory);

} // namespace ctrd::kernel

#pragma once

#include "base/error.h"

#include <map>
#include <string>
#include <vector>

namespace ctrd::kernel {

// Where EL6's cgconfig service mounts the hierarchies, one directory each.
inline constexpr const char* kCgroupPlace = "/cgroup";

// Where a text like /proc/mounts has the controllers that ctrd uses: {"memory",
// "/sys/fs/cgroup/memory"} …; where one is mounted twice, the first.
std::map<std::string, std::string> cgroupMountPoints(const std::string& procMounts);

// NotSupported, with the way out, of a host that has none.
Error noCgroups();

// The controllers ctrd uses that this kernel has (/proc/cgroups) and nobody mounted (/proc/mounts):
// all of them where no hierarchy of version 1 is mounted at all, because then the cgconfig service
// does not run; otherwise only `devices`, without which no container can be, because what an admin
// left out of his configuration he left out.
std::vector<std::string> controllersToMount(const std::string& procMounts,
                                            const std::string& procCgroups);

// Mounts those below kCgroupPlace, each on its own, for everybody to see and to stay.  What the
// kernel refuses (a controller that the unified hierarchy uses) is logged and left.
void mountMissingControllers();

} // namespace ctrd::kernel

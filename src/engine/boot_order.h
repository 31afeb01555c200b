#pragma once

#include "engine/container.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

// In which order containers start with the daemon and stop with the host, by their labels:
//     ctrd.start.order=N        lower ones first; 0 where it is missing
//     ctrd.start.delay=SECONDS  how long the next ones wait after this one was started
//     ctrd.start.group=NAME     groups do not wait for each other; "" is one, too
// A container with none of them waits for nobody.
namespace ctrd::engine {

struct StartPlace {
    std::string group;
    int64_t order = 0;
    int64_t delay = 0; // nanoseconds
};

// Nothing where no label says so; InvalidArgument that names the label and what is wanted.
std::optional<StartPlace> startPlaceOf(const std::map<std::string, std::string>& labels);

// Containers of one group with the same order.
struct StartRank {
    std::vector<ContainerPtr> containers;
    int64_t order = 0, delay = 0; // the longest of theirs
};
using StartGroup = std::vector<StartRank>; // in the order of their start

struct BootOrder {
    std::vector<ContainerPtr> unplaced;
    std::vector<StartGroup> groups;
};

// Labels that make no sense are logged, and their container waits for nobody.
BootOrder bootOrderOf(const std::vector<ContainerPtr>& containers);

} // namespace ctrd::engine

#include "cli/commands.h"
#include "cli/prune.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {kPruneFilter, kPruneForce};

int pruneContainers(Context& context, const Arguments& arguments) {
    return pruneOne(context, arguments, kPrunedContainers, "all containers that do not run");
}

} // namespace

const Command kContainerPrune = {
    "container prune",
    "Containers",
    "",
    "remove containers that do not run",
    "Removes all containers that ended or were never started, with what they changed. It asks "
    "first unless -f is given.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr container prune -f --filter until=24h\nTotal reclaimed space: 0 B",
    pruneContainers,
};

} // namespace ctrd::cli

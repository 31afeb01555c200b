#include "cli/commands.h"
#include "cli/prune.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    kPruneAll,
    {"filter", 0, OptionKind::List, "", "NAME=VALUE",
     "only those with (label) or without (label!) a label"},
    kPruneForce,
};

int pruneVolumes(Context& context, const Arguments& arguments) {
    const char* nameless = "all volumes without a name that no container has";
    if (!arguments.flag("all")) return pruneOne(context, arguments, kPrunedVolumes, nameless);
    return pruneOne(context, arguments, kPrunedVolumes, "all volumes that no container has",
                    {"all=true"});
}

} // namespace

const Command kVolumePrune = {
    "volume prune",
    "Volumes",
    "",
    "remove volumes that no container has",
    "Removes the volumes that belong to no container any more: those nobody named, or with -a all. "
    "It asks first unless -f is given.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr volume prune -f\nTotal reclaimed space: 0 B",
    pruneVolumes,
};

} // namespace ctrd::cli

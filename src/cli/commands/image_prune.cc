#include "cli/commands.h"
#include "cli/prune.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {kPruneAll, kPruneFilter, kPruneForce};

int pruneImages(Context& context, const Arguments& arguments) {
    const bool all = arguments.flag("all");
    return pruneOne(context, arguments, kPrunedImages,
                    all ? "all images without a container" : "all images without a name",
                    {all ? "dangling=false" : "dangling=true"});
}

} // namespace

const Command kImagePrune = {
    "image prune",
    "Images",
    "",
    "remove images without a name",
    "Removes the images that no name points at any more and no other one is made from; with -a all "
    "that no container is made of. It asks first unless -f is given.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr image prune -f\nTotal reclaimed space: 0 B",
    pruneImages,
};

} // namespace ctrd::cli

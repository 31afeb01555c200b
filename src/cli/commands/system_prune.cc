#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/prune.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"all", 'a', OptionKind::Flag, "false", nullptr, "all images without a container"},
    {"filter", 0, OptionKind::List, "", "NAME=VALUE", "only with this label, or until this time"},
    {"force", 'f', OptionKind::Flag, "false", nullptr, "do not ask"},
    {"volumes", 0, OptionKind::Flag, "false", nullptr, "volumes without a name, too"},
};

std::vector<std::string> warnings(bool all, bool volumes) {
    std::vector<std::string> lines = {"all containers that do not run",
                                      "all networks that no container uses"};
    if (volumes) lines.emplace_back("all volumes without a name that no container has");
    lines.emplace_back(all ? "all images without a container" : "all images without a name");
    return lines;
}

int pruneAll(Context& context, const Arguments& arguments) {
    const bool all = arguments.flag("all"), volumes = arguments.flag("volumes");
    const auto filters = arguments.list("filter");
    if (!arguments.flag("force") && !confirm(context, warnings(all, volumes))) return 0;
    double bytes = prune(context, kPrunedContainers, filters);
    prune(context, kPrunedNetworks, filters);
    if (volumes) bytes += prune(context, kPrunedVolumes, filters);
    std::vector<std::string> ofImages = filters;
    ofImages.emplace_back(all ? "dangling=false" : "dangling=true");
    bytes += prune(context, kPrunedImages, ofImages);
    printReclaimed(context, bytes);
    return 0;
}

} // namespace

const Command kSystemPrune = {
    "system prune",
    "Daemon",
    "",
    "remove what is not in use",
    "Removes containers that do not run, images without a name (with -a all that no container is "
    "made of) and, with --volumes, volumes nobody named that no container has. It asks first "
    "unless -f is given.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr system prune -f\nTotal reclaimed space: 0 B",
    pruneAll,
};

} // namespace ctrd::cli

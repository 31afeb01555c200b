#include "base/json.h"
#include "cli/commands.h"
#include "cli/each.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"force", 'f', OptionKind::Flag, "false", nullptr,
     "even where it has several names or a stopped container uses it"},
    {"no-prune", 0, OptionKind::Flag, "false", nullptr, "keep parents that have no name"},
};

int rmi(Context& context, const Arguments& arguments) {
    Query query;
    if (arguments.flag("force")) query.emplace_back("force", "1");
    if (arguments.flag("no-prune")) query.emplace_back("noprune", "1");
    const auto removeOne = [&](const std::string& name) {
        for (const Json& item : context.api().remove(pathOf("images", name), query)) {
            for (const char* what : {"Untagged", "Deleted"}) {
                const std::string which = getString(item, what);
                if (!which.empty()) context.print(std::string(what) + ": " + which + "\n");
            }
        }
    };
    return forEachName(context, arguments, removeOne, false);
}

} // namespace

const Command kRmi = {
    "rmi",
    "Images",
    "IMAGE...",
    "remove images",
    "Takes a name from an image, and removes the image with the layers nobody else uses when it "
    "was "
    "the last one. An image that a container uses is refused.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Images,
    "",
    "$ ctr rmi base:1.0\nUntagged: base:1.0",
    rmi,
};

} // namespace ctrd::cli

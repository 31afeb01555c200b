#include "base/json.h"
#include "cli/commands.h"
#include "cli/each.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"force", 'f', OptionKind::Flag, "false", nullptr, "kill the container if it runs"},
    {"link", 'l', OptionKind::Flag, "false", nullptr,
     "remove the link of that name, not what it names"},
    {"volumes", 'v', OptionKind::Flag, "false", nullptr, "remove its own volumes, too"},
};

int rm(Context& context, const Arguments& arguments) {
    Query query;
    if (arguments.flag("force")) query.emplace_back("force", "1");
    if (arguments.flag("link")) query.emplace_back("link", "1");
    if (arguments.flag("volumes")) query.emplace_back("v", "1");
    return forEachName(context, arguments, [&](const std::string& name) {
        context.api().remove(pathOf("containers", name), query);
    });
}

} // namespace

const Command kRm = {
    "rm",
    "Containers",
    "CONTAINER...",
    "remove containers",
    "Removes containers with their files and their logs. A running one is refused unless -f is "
    "given.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Containers,
    "",
    "$ ctr rm -f web\nweb",
    rm,
};

} // namespace ctrd::cli

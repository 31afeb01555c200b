#include "base/json.h"
#include "cli/commands.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

int rename(Context& context, const Arguments& arguments) {
    context.api().post(pathOf("containers", arguments[0], "/rename"), {{"name", arguments[1]}});
    return 0;
}

} // namespace

const Command kRename = {
    "rename",
    "Containers",
    "CONTAINER NAME",
    "give a container another name",
    "Changes the name of a container, which may run. The id stays what it is.",
    {},
    {},
    Positionals::Mixed,
    2,
    2,
    Completes::Containers,
    "",
    "$ ctr rename web web-old",
    rename,
};

} // namespace ctrd::cli

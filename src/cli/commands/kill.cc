#include "base/json.h"
#include "cli/commands.h"
#include "cli/each.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"signal", 's', OptionKind::Text, "KILL", "SIGNAL", "name or number of the signal"},
};

int kill(Context& context, const Arguments& arguments) {
    return forEachName(context, arguments, [&](const std::string& name) {
        context.api().post(pathOf("containers", name, "/kill"),
                           {{"signal", arguments.text("signal")}});
    });
}

} // namespace

const Command kKill = {
    "kill",
    "Containers",
    "CONTAINER...",
    "send a signal to the first process of containers",
    "Sends SIGKILL, which ends a container at once, or the signal given. The first process of a "
    "container does not feel signals it has no handler for, except SIGKILL and SIGSTOP.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::RunningContainers,
    "",
    "$ ctr kill -s HUP web\nweb",
    kill,
};

} // namespace ctrd::cli

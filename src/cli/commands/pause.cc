#include "base/json.h"
#include "cli/commands.h"
#include "cli/each.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

int pause(Context& context, const Arguments& arguments) {
    return forEachName(context, arguments, [&](const std::string& name) {
        context.api().post(pathOf("containers", name, "/pause"));
    });
}

int unpause(Context& context, const Arguments& arguments) {
    return forEachName(context, arguments, [&](const std::string& name) {
        context.api().post(pathOf("containers", name, "/unpause"));
    });
}

} // namespace

const Command kPause = {
    "pause",
    "Containers",
    "CONTAINER...",
    "freeze all processes of containers",
    "Freezes every process of the containers with the kernel's freezer; they do not notice. Memory "
    "and connections are kept.",
    {},
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::RunningContainers,
    "",
    "$ ctr pause web\nweb",
    pause,
};

const Command kUnpause = {
    "unpause",
    "Containers",
    "CONTAINER...",
    "let paused containers run again",
    "Thaws containers that 'ctr pause' has frozen. They go on where they were.",
    {},
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::RunningContainers,
    "",
    "$ ctr unpause web\nweb",
    unpause,
};

} // namespace ctrd::cli

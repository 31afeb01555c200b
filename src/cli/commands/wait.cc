#include "base/json.h"
#include "cli/commands.h"
#include "cli/each.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

int wait(Context& context, const Arguments& arguments) {
    const auto waitForOne = [&](const std::string& name) {
        const Json result = context.api().post(pathOf("containers", name, "/wait"));
        context.print(std::to_string(getInt(result, "StatusCode")) + "\n");
    };
    return forEachName(context, arguments, waitForOne, false);
}

} // namespace

const Command kWait = {
    "wait",
    "Containers",
    "CONTAINER...",
    "wait until containers have ended and print their exit codes",
    "Waits for one container after the other and prints its exit code on a line. One that does not "
    "run is reported at once.",
    {},
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::RunningContainers,
    "",
    "$ ctr wait job\n0",
    wait,
};

} // namespace ctrd::cli

#include "base/json.h"
#include "cli/commands.h"
#include "cli/each.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"signal", 's', OptionKind::Text, "", "SIGNAL", "send this instead of the stop signal"},
    {"time", 't', OptionKind::Number, "10", "SECONDS",
     "wait so long before SIGKILL, unless the container was created with another time"},
    {"timeout", 0, OptionKind::Number, "10", "SECONDS", "", "time"},
};

int call(Context& context, const Arguments& arguments, const char* verb) {
    Query query;
    if (arguments.given("time")) query.emplace_back("t", arguments.text("time"));
    if (arguments.given("signal")) query.emplace_back("signal", arguments.text("signal"));
    return forEachName(context, arguments, [&](const std::string& name) {
        context.api().post(pathOf("containers", name, verb), query);
    });
}

int stop(Context& context, const Arguments& arguments) {
    return call(context, arguments, "/stop");
}

int restart(Context& context, const Arguments& arguments) {
    return call(context, arguments, "/restart");
}

} // namespace

const Command kStop = {
    "stop",
    "Containers",
    "CONTAINER...",
    "stop containers",
    "Asks the containers to end with their stop signal (SIGTERM unless chosen otherwise) and kills "
    "those that still run when the time is over. They keep their files and can be started again.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::RunningContainers,
    "",
    "$ ctr stop -t 30 web\nweb",
    stop,
};

const Command kRestart = {
    "restart",
    "Containers",
    "CONTAINER...",
    "stop containers and start them again",
    "Does what 'ctr stop' and then 'ctr start' do. A container that does not run is started.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Containers,
    "",
    "$ ctr restart web\nweb",
    restart,
};

} // namespace ctrd::cli

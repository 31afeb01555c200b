#include "base/json.h"
#include "cli/attachment.h"
#include "cli/commands.h"
#include "cli/each.h"
#include "cli/exit_code.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"attach", 'a', OptionKind::Flag, "false", nullptr, "show its output and pass signals on"},
    {"detach-keys", 0, OptionKind::Text, "", "KEYS", "keys that detach, instead of ctrl-p,ctrl-q"},
    {"interactive", 'i', OptionKind::Flag, "false", nullptr, "connect standard input, too"},
    {"sig-proxy", 0, OptionKind::Flag, "true", nullptr,
     "pass signals on to the container, where it has no terminal"},
};

int startAttached(Context& context, const Arguments& arguments) {
    const std::string& name = arguments[0];
    if (arguments.count() > 1)
        throw invalidArgument("start: only one container can be attached to");
    const Json container = context.api().get(pathOf("containers", name, "/json"));
    const std::string id = getString(container, "Id", name);
    const Json& config = getMember(container, "Config");
    AttachOptions options;
    options.tty = getBool(config, "Tty");
    options.in = arguments.flag("interactive") && getBool(config, "OpenStdin");
    options.out = options.err = true;
    options.signals = arguments.flag("sig-proxy") && !options.tty;
    options.detachKeys = arguments.text("detach-keys");
    if (getBool(getMember(container, "HostConfig"), "AutoRemove")) options.condition = "removed";
    if (getBool(getMember(container, "State"), "Running"))
        throw invalidArgument("start: '" + name + "' is running already: use 'ctr attach'");
    if (options.tty && options.in) requireTerminal(context.streams);
    int startCode = 0;
    try {
        return runAttached(context, id, options, [&] {
            try {
                context.api().post("/containers/" + id + "/start");
            } catch (const Error& e) {
                startCode = exitCodeOfStart(e);
                throw;
            }
        });
    } catch (const Error& e) {
        if (startCode == 0) throw;
        context.complain(e.what());
        return startCode;
    }
}

int start(Context& context, const Arguments& arguments) {
    if (arguments.flag("attach") || arguments.flag("interactive"))
        return startAttached(context, arguments);
    return forEachName(context, arguments, [&](const std::string& name) {
        context.api().post(pathOf("containers", name, "/start"));
    });
}

} // namespace

const Command kStart = {
    "start",
    "Containers",
    "CONTAINER...",
    "start containers that are created or stopped",
    "Starts containers with the command and the options they were created with. One that runs "
    "already stays as it is.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::Containers,
    "0\tall have been started; with -a, the command ended with 0\n"
    "1\ta container was not started\n"
    "125 to 127\twith -a: as of 'ctr run'\n"
    "any other\twith -a: the exit code of the command",
    "$ ctr start web db\nweb\ndb\n$ ctr start -ai box",
    start,
};

} // namespace ctrd::cli

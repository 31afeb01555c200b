#include "base/json.h"
#include "cli/attachment.h"
#include "cli/commands.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"detach-keys", 0, OptionKind::Text, "", "KEYS", "keys that detach, instead of ctrl-p,ctrl-q"},
    {"no-stdin", 0, OptionKind::Flag, "false", nullptr, "leave its standard input alone"},
    {"sig-proxy", 0, OptionKind::Flag, "true", nullptr,
     "pass signals on to the container, where it has no terminal"},
};

int attach(Context& context, const Arguments& arguments) {
    const std::string& name = arguments[0];
    const Json container = context.api().get(pathOf("containers", name, "/json"));
    const Json& state = getMember(container, "State");
    if (!getBool(state, "Running"))
        throw conflict("attach: '" + name + "' does not run: use 'ctr start -ai'");
    if (getBool(state, "Paused"))
        throw conflict("attach: '" + name + "' is paused: unpause it first");
    const Json& config = getMember(container, "Config");
    AttachOptions options;
    options.tty = getBool(config, "Tty");
    options.in = getBool(config, "OpenStdin") && !arguments.flag("no-stdin");
    options.out = options.err = true;
    options.signals = arguments.flag("sig-proxy") && !options.tty;
    options.detachKeys = arguments.text("detach-keys");
    options.condition = "not-running";
    if (options.tty && options.in) requireTerminal(context.streams);
    return runAttached(context, getString(container, "Id", name), options, [] {});
}

} // namespace

const Command kAttach = {
    "attach",
    "Containers",
    "CONTAINER",
    "connect to the streams of a running container",
    "Shows what the container prints from now on and gives it what is typed, until it ends. "
    "Several "
    "may be attached at once. ctrl-p ctrl-q detaches from a container with a terminal.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    1,
    Completes::RunningContainers,
    "0\tthe container ended with 0, or the user detached\n"
    "1\tthe daemon refused, or cannot be reached\n"
    "125\tthe command line is wrong\n"
    "any other\tthe exit code of the container",
    "$ ctr attach --no-stdin web",
    attach,
};

} // namespace ctrd::cli

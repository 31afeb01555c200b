#include "base/json.h"
#include "cli/attachment.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/reference.h"
#include "cli/values.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"detach", 'd', OptionKind::Flag, "false", nullptr, "leave it running in the background"},
    {"detach-keys", 0, OptionKind::Text, "", "KEYS", "keys that detach, instead of ctrl-p,ctrl-q"},
    {"env", 'e', OptionKind::List, "", "NAME[=VALUE]", "set a variable, or pass ours on"},
    {"env-file", 0, OptionKind::List, "", "FILE", "set the variables of a file", nullptr,
     Completes::Files},
    {"interactive", 'i', OptionKind::Flag, "false", nullptr, "connect standard input"},
    {"privileged", 0, OptionKind::Flag, "false", nullptr, "give it all capabilities"},
    {"tty", 't', OptionKind::Flag, "false", nullptr, "give it a terminal"},
    {"user", 'u', OptionKind::Text, "", "USER[:GROUP]", "run as this user, by name or number"},
    {"workdir", 'w', OptionKind::Text, "", "PATH", "working directory in the container"},
};

Json createBody(const Arguments& arguments) {
    const bool detach = arguments.flag("detach");
    Json env = Json::array();
    for (const std::string& path : arguments.list("env-file")) {
        for (const std::string& entry : readEnvFile(path))
            env.push_back(entry);
    }
    for (const std::string& entry : arguments.list("env"))
        env.push_back(envEntry(entry));
    const auto& words = arguments.positionals();
    return {{"AttachStdin", !detach && arguments.flag("interactive")},
            {"AttachStdout", !detach},
            {"AttachStderr", !detach},
            {"Tty", arguments.flag("tty")},
            {"User", arguments.text("user")},
            {"Privileged", arguments.flag("privileged")},
            {"WorkingDir", arguments.text("workdir")},
            {"DetachKeys", arguments.text("detach-keys")},
            {"Env", env},
            {"Cmd", std::vector<std::string>(words.begin() + 1, words.end())}};
}

Json startBody(Context& context, const Arguments& arguments) {
    Json body = {{"Detach", arguments.flag("detach")}, {"Tty", arguments.flag("tty")}};
    const WindowSize size = windowSize(context.streams.out);
    if (arguments.flag("tty") && size.known()) body["ConsoleSize"] = {size.rows, size.columns};
    return body;
}

int exitCodeOfExec(Context& context, const std::string& id) {
    const Json state = context.api().get("/exec/" + id + "/json");
    // The user detached.
    if (getBool(state, "Running")) return 0;
    return static_cast<int>(getInt(state, "ExitCode"));
}

// The start's connection, once the daemon has found nothing to refuse; otherwise what to exit with.
std::optional<Exchange> startExec(Context& context, const std::string& path, const Json& body,
                                  int& exitCode) {
    Exchange start = context.api().begin("POST", path + "/start", {}, body, true);
    try {
        start.head();
        return start;
    } catch (const ApiError& e) {
        context.complain(e.what());
        exitCode = exitCodeOfStart(e);
        return std::nullopt;
    }
}

int exec(Context& context, const Arguments& arguments) {
    AttachOptions options;
    options.in = arguments.flag("interactive");
    options.out = options.err = true;
    options.tty = arguments.flag("tty");
    const bool detach = arguments.flag("detach");
    if (!detach && options.tty && options.in) requireTerminal(context.streams);
    const Json created =
        context.api().post(pathOf("containers", arguments[0], "/exec"), {}, createBody(arguments));
    const std::string id = getString(created, "Id"), path = "/exec/" + id;
    const Json body = startBody(context, arguments);
    if (detach) {
        context.api().post(path + "/start", {}, body);
        return 0;
    }
    int failure = 0;
    std::optional<Exchange> start = startExec(context, path, body, failure);
    if (!start) return failure;
    SignalQueue signals(sessionSignals(options));
    copyStreams(context, start->hijack(), options, path + "/resize", signals, [](int) {});
    return exitCodeOfExec(context, id);
}

} // namespace

const Command kExec = {
    "exec",
    "Containers",
    "CONTAINER COMMAND [ARG...]",
    "run a command in a running container",
    "Starts one more program in a container that runs, with the container's environment, limits "
    "and "
    "files. Everything behind the container's name is the command and belongs to it, options "
    "included.",
    kOptions,
    {},
    Positionals::EndFirst,
    2,
    kAnyNumber,
    Completes::RunningContainers,
    "0\tthe command ended with 0\n"
    "1\tthe daemon refused, or cannot be reached\n"
    "125\tthe command line is wrong\n"
    "126\tthe command cannot be executed\n"
    "127\tthere is no such command in the container\n"
    "any other\tthe exit code of the command",
    "$ ctr exec -it web sh\n$ ctr exec -u daemon -e LANG=C web id -un\ndaemon",
    exec,
};

} // namespace ctrd::cli

#include "base/json.h"
#include "cli/attachment.h"
#include "cli/commands.h"
#include "cli/creation.h"
#include "cli/exit_code.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"detach", 'd', OptionKind::Flag, "false", nullptr, "print the id and leave it running"},
    {"sig-proxy", 0, OptionKind::Flag, "true", nullptr,
     "pass signals on to the container, where it has no terminal"},
};

AttachOptions attachOptions(const Arguments& arguments, const ContainerRequest& request) {
    AttachOptions options;
    options.in = request.config.attachStdin;
    options.out = request.config.attachStdout;
    options.err = request.config.attachStderr;
    options.tty = request.config.tty;
    options.signals = arguments.flag("sig-proxy") && !options.tty;
    options.detachKeys = arguments.text("detach-keys");
    if (request.hostConfig.autoRemove) options.condition = "removed";
    return options;
}

// Tells a container's failed start apart from other failures, for the exit code.
class StartFailure : public std::exception {
public:
    StartFailure(const Error& cause, int code) : text_(cause.what()), exitCode(code) {}
    const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;

public:
    const int exitCode;
};

void start(Context& context, const std::string& id, bool autoRemove) {
    try {
        context.api().post("/containers/" + id + "/start");
    } catch (const Error& e) {
        if (autoRemove) {
            try {
                context.api().remove("/containers/" + id, {{"force", "1"}, {"v", "1"}});
            } catch (const Error&) {
                // The daemon has removed it itself.
            }
        }
        throw StartFailure(e, exitCodeOfStart(e));
    }
}

int runDetached(Context& context, const ContainerRequest& request) {
    const std::string id = createContainer(context, request);
    start(context, id, request.hostConfig.autoRemove);
    context.print(id + "\n");
    return 0;
}

int runHere(Context& context, const Arguments& arguments, ContainerRequest request) {
    const AttachOptions options = attachOptions(arguments, request);
    if (options.tty && options.in) requireTerminal(context.streams);
    if (options.tty) {
        const WindowSize size = windowSize(context.streams.out);
        request.hostConfig.consoleRows = size.rows;
        request.hostConfig.consoleColumns = size.columns;
    }
    // One for each of attach, wait and start.
    context.api().connectAhead(3);
    const std::string id = createContainer(context, request);
    return runAttached(context, id, options,
                       [&] { start(context, id, request.hostConfig.autoRemove); });
}

int run(Context& context, const Arguments& arguments) {
    try {
        const bool detach = arguments.flag("detach");
        if (detach && !arguments.list("attach").empty())
            throw invalidArgument("-a and -d exclude each other: choose one of them");
        ContainerRequest request = containerRequest(arguments, !detach);
        return detach ? runDetached(context, request)
                      : runHere(context, arguments, std::move(request));
    } catch (const StartFailure& e) {
        context.complain(e.what());
        return e.exitCode;
    } catch (const Error& e) {
        context.complain(std::string("run: ") + e.what());
        return kExitUsage;
    }
}

} // namespace

const Command kRun = {
    "run",
    "Containers",
    "IMAGE [COMMAND [ARG...]]",
    "create a container from an image and run a command in it",
    "Creates a container from an image, starts it, and shows its output until it ends; with -d it "
    "runs in the background. Everything behind the image's name is the command and belongs to the "
    "container, options included.\n\n"
    "With -it the container has a terminal that is connected to yours, and ctrl-p ctrl-q leaves it "
    "running without you.",
    kOptions,
    kContainerOptions,
    Positionals::EndFirst,
    1,
    kAnyNumber,
    Completes::Images,
    "125\tthe container was not created, or ctr or the daemon failed\n"
    "126\tthe command cannot be executed\n"
    "127\tthere is no such command in the container\n"
    "any other\tthe exit code of the command; 128 and the signal where one ended it",
    "$ ctr run --rm busybox echo hello\nhello\n$ ctr run -it --name=box -m 64m busybox sh",
    run,
};

} // namespace ctrd::cli

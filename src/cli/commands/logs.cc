#include "api/wire/frame.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"details", 0, OptionKind::Flag, "false", nullptr, "show the labels that the log driver keeps"},
    {"follow", 'f', OptionKind::Flag, "false", nullptr, "go on with what comes"},
    {"since", 0, OptionKind::Text, "", "TIME",
     "only what came since: RFC 3339, seconds since 1970, or back from now (10m)"},
    {"tail", 'n', OptionKind::Text, "all", "NUMBER", "only so many of the last lines"},
    {"timestamps", 't', OptionKind::Flag, "false", nullptr, "show when each line came"},
    {"until", 0, OptionKind::Text, "", "TIME", "only what came before"},
};

// From API 1.42 on the answer says whether it is framed; before, only the container knows.
bool isFramed(Context& context, const HttpHead& head, const std::string& name) {
    const std::string type = head.header("content-type");
    if (type == api::wire::kMultiplexedStreamType) return true;
    if (type == api::wire::kRawStreamType) return false;
    const Json container = context.api().get(pathOf("containers", name, "/json"));
    return !getBool(getMember(container, "Config"), "Tty");
}

int logs(Context& context, const Arguments& arguments) {
    Query query = {{"stdout", "1"}, {"stderr", "1"}, {"tail", arguments.text("tail")}};
    for (const char* option : {"follow", "timestamps", "details"})
        if (arguments.flag(option)) query.emplace_back(option, "1");
    for (const char* option : {"since", "until"})
        if (arguments.given(option))
            query.emplace_back(option, momentParameter(arguments.text(option)));
    const std::string& name = arguments[0];
    Exchange answer = context.api().begin("GET", pathOf("containers", name, "/logs"), query);
    const HttpHead head = answer.head();
    Output output(context.streams, isFramed(context, head, name));
    HttpConnection& connection = answer.connection();
    for (auto piece = connection.readPiece(); !piece.empty(); piece = connection.readPiece()) {
        output.feed(piece);
        if (!connection.hasBuffered()) output.flush();
    }
    output.flush();
    return 0;
}

} // namespace

const Command kLogs = {
    "logs",
    "Containers",
    "CONTAINER",
    "show what a container has printed",
    "Prints the output a container has written so far, to standard output and standard error as "
    "the "
    "container did. It works for containers that have ended, until they are removed.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    1,
    Completes::Containers,
    "",
    "$ ctr logs -f --tail 10 web\n$ ctr logs --since 15m -t web",
    logs,
};

} // namespace ctrd::cli

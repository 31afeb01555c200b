#include "config.h"

#include "base/json.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/template.h"

#include <sys/utsname.h>

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"format", 'f', OptionKind::Text, "", "TEMPLATE",
     "what the template says ('{{.Server.Version}}', json)"},
};

struct Line {
    const char* key;
    const char* title;
};

constexpr Line kClientLines[] = {
    {"Version", " Version:          "}, {"ApiVersion", " API version:      "},
    {"Os", " OS:               "},      {"Arch", " Architecture:     "},
    {"Host", " Daemon's address: "},
};

constexpr Line kServerLines[] = {
    {"Version", " Version:          "},       {"ApiVersion", " API version:      "},
    {"MinAPIVersion", " Oldest API:       "}, {"Os", " OS:               "},
    {"Arch", " Architecture:     "},          {"KernelVersion", " Kernel:           "},
    {"BuildTime", " Built:            "},
};

Json clientVersion(const Context& context) {
    utsname system = {};
    ::uname(&system);
    return {{"Version", PACKAGE_VERSION},
            {"ApiVersion", kApiVersion},
            {"Os", "linux"},
            {"Arch", system.machine},
            {"Host", context.host().url()}};
}

template <size_t N>
std::string linesOf(const char* heading, const Line (&lines)[N], const Json& values) {
    std::string text = heading;
    for (const Line& line : lines) {
        const std::string value = getString(values, line.key);
        if (!value.empty()) text += line.title + value + "\n";
    }
    return text;
}

int version(Context& context, const Arguments& arguments) {
    const Json client = clientVersion(context);
    const std::string format = arguments.text("format");
    if (!format.empty()) {
        const Json both = {{"Client", client}, {"Server", context.api().get("/version")}};
        const bool json = format == "json";
        context.print((json ? dumpJson(both) : Template(unescapeFormat(format)).render(both)) +
                      "\n");
        return 0;
    }
    // Even where the daemon is not there.
    context.print(linesOf("Client:\n", kClientLines, client));
    context.print(linesOf("\nServer:\n", kServerLines, context.api().get("/version")));
    return 0;
}

} // namespace

const Command kVersion = {
    "version",
    "Daemon",
    "",
    "show the versions of ctr and of the daemon",
    "Prints the versions of this program, of the daemon it talks to, and of the Remote API both "
    "speak. The client's part comes even where the daemon is not there.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr version --format '{{.Server.ApiVersion}}'\n1.44",
    version,
};

} // namespace ctrd::cli

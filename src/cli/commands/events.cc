#include "base/json.h"
#include "base/strings.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/json_stream.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/template.h"

#include <optional>

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"filter", 'f', OptionKind::List, "", "NAME=VALUE",
     "only those of this container, image, event, type, label ..."},
    {"format", 0, OptionKind::Text, "", "TEMPLATE", "a line as the template says, or json"},
    {"since", 0, OptionKind::Text, "", "TIME",
     "first what was since: RFC 3339, seconds since 1970, or back from now (10m)"},
    {"until", 0, OptionKind::Text, "", "TIME", "end then"},
};

std::string lineOf(const Json& event) {
    Timestamp time = getInt(event, "timeNano");
    if (time == 0) time = getInt(event, "time") * kSecond;
    const Json& actor = getMember(event, "Actor");
    std::vector<std::string> attributes;
    for (const auto& attribute : getMember(actor, "Attributes").items())
        attributes.push_back(attribute.key() + "=" + attribute.value().get<std::string>());
    std::string line = formatTime(time) + " " + getString(event, "Type") + " " +
                       getString(event, "Action", getString(event, "status")) + " " +
                       getString(actor, "ID", getString(event, "id"));
    if (!attributes.empty()) line += " (" + join(attributes, ", ") + ")";
    return line;
}

int events(Context& context, const Arguments& arguments) {
    Query query;
    for (const char* option : {"since", "until"})
        if (arguments.given(option))
            query.emplace_back(option, momentParameter(arguments.text(option)));
    if (arguments.given("filter"))
        query.emplace_back("filters", filtersParameter(arguments.list("filter")));
    const std::string format = arguments.text("format");
    std::optional<Template> shape;
    if (!format.empty() && format != "json") shape.emplace(unescapeFormat(format));
    Exchange answer = context.api().begin("GET", "/events", query);
    answer.head();
    forEachJson(answer.connection(), [&](const Json& event) {
        const std::string line = shape              ? shape->render(event)
                                 : format == "json" ? dumpJson(event)
                                                    : lineOf(event);
        context.print(line + "\n");
    });
    return 0;
}

} // namespace

const Command kEvents = {
    "events",
    "Daemon",
    "",
    "show what happens to containers and images",
    "Prints a line for everything that happens, as it happens, until it is interrupted or --until "
    "is reached. With --since what the daemon still remembers comes first.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr events --since 1h --filter event=die",
    events,
};

} // namespace ctrd::cli

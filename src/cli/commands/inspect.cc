#include "base/error.h"
#include "cli/commands.h"
#include "cli/inspection.h"
#include "cli/reference.h"

#include <optional>
#include <set>

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"format", 'f', OptionKind::Text, "", "TEMPLATE",
     "what the template says of each ('{{.State.Pid}}', '{{json .Config}}')"},
    {"size", 's', OptionKind::Flag, "false", nullptr, "how much a container has written, too"},
    {"type", 0, OptionKind::Text, "", "TYPE", "look among 'container', 'image' or 'volume' only"},
};

std::optional<std::string> tryGet(Context& context, const std::string& path, const Query& query) {
    try {
        return context.api().getText(path, query);
    } catch (const ApiError& e) {
        if (e.kind() != ErrorKind::NotFound) throw;
        return std::nullopt;
    }
}

// Where each kind of object is looked for, in this order.
struct Kind {
    const char *name, *collection, *verb;
};
constexpr Kind kKinds[] = {
    {"container", "containers", "/json"}, {"image", "images", "/json"}, {"volume", "volumes", ""}};

std::set<std::string> kinds() {
    std::set<std::string> names;
    for (const Kind& kind : kKinds)
        names.insert(kind.name);
    return names;
}

// The object's JSON as the daemon sent it.
std::string lookUp(Context& context, const std::string& name, const std::string& type,
                   bool withSize) {
    for (const Kind& kind : kKinds) {
        if (!type.empty() && type != kind.name) continue;
        Query query;
        if (withSize && kind.name == std::string("container")) query.emplace_back("size", "1");
        if (auto found = tryGet(context, pathOf(kind.collection, name, kind.verb), query))
            return *found;
    }
    throw notFound("no such " + (type.empty() ? "container, image or volume" : type) + ": " + name);
}

int inspect(Context& context, const Arguments& arguments) {
    const std::string type = arguments.text("type");
    if (!type.empty() && kinds().count(type) == 0)
        throw invalidArgument("inspect: invalid type '" + type +
                              "': container, image or volume is wanted");
    return inspectEach(context, arguments, [&](const std::string& name) {
        return lookUp(context, name, type, arguments.flag("size"));
    });
}

} // namespace

const Command kInspect = {
    "inspect",
    "Containers",
    "NAME...",
    "show all that is known of containers, images and volumes",
    "Prints an array with a JSON object for each name, or what a template makes of each. A name is "
    "looked for among containers first, then among images and volumes.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    kAnyNumber,
    Completes::ContainersAndImages,
    "0\tall have been found\n1\tone was not found, or the daemon refused\n"
    "125\tthe command line or the template is wrong",
    "$ ctr inspect -f '{{.State.Pid}} {{.NetworkSettings.IPAddress}}' web\n4711 172.18.42.2",
    inspect,
};

} // namespace ctrd::cli

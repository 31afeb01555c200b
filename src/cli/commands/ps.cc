#include "base/ids.h"
#include "base/json.h"
#include "base/size.h"
#include "base/strings.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/table.h"

namespace ctrd::cli {

namespace {

constexpr size_t kCommandColumns = 20;

const Option kOptions[] = {
    {"all", 'a', OptionKind::Flag, "false", nullptr, "those that do not run, too"},
    {"before", 0, OptionKind::Text, "", "CONTAINER", "only those created before this one", nullptr,
     Completes::Containers},
    {"filter", 'f', OptionKind::List, "", "NAME=VALUE",
     "only those with this status, name, id, label, exited (code), ancestor ..."},
    {"format", 0, OptionKind::Text, "", "TEMPLATE",
     "a line as the template says ('{{.Names}}', 'table {{.ID}}\\t{{.Status}}', json)"},
    {"last", 'n', OptionKind::Number, "-1", "NUMBER", "the last ones created, running or not"},
    {"latest", 'l', OptionKind::Flag, "false", nullptr, "the last one created"},
    {"no-trunc", 0, OptionKind::Flag, "false", nullptr, "whole ids and commands"},
    {"quiet", 'q', OptionKind::Flag, "false", nullptr, "ids only"},
    {"since", 0, OptionKind::Text, "", "CONTAINER", "only those created after this one", nullptr,
     Completes::Containers},
    {"size", 's', OptionKind::Flag, "false", nullptr, "how much each has written"},
};

const std::vector<Listing::Field> kFields = {
    {"ID", "CONTAINER ID"},       {"Image", "IMAGE", 10},
    {"Command", "COMMAND", 9},    {"CreatedAt", "CREATED AT"},
    {"RunningFor", "CREATED", 9}, {"State", "STATE"},
    {"Status", "STATUS", 10},     {"Ports", "PORTS", 9},
    {"Names", "NAMES", 12},       {"Size", "SIZE"},
    {"Labels", "LABELS", 9},      {"Mounts", "MOUNTS", 9},
    {"Networks", "NETWORKS", 9},  {"LocalVolumes", "LOCAL VOLUMES"},
};

Query queryOf(const Arguments& arguments) {
    Query query;
    if (arguments.flag("all")) query.emplace_back("all", "1");
    if (arguments.flag("size")) query.emplace_back("size", "1");
    if (arguments.flag("latest"))
        query.emplace_back("limit", "1");
    else if (arguments.number("last") > 0)
        query.emplace_back("limit", arguments.text("last"));
    std::vector<std::string> filters = arguments.list("filter");
    for (const char* option : {"since", "before"})
        if (arguments.given(option))
            filters.push_back(std::string(option) + "=" + arguments.text(option));
    if (!filters.empty()) query.emplace_back("filters", filtersParameter(filters));
    return query;
}

std::string portsOf(const Json& container) {
    std::vector<std::string> ports;
    for (const Json& port : getMember(container, "Ports")) {
        std::string text;
        if (getInt(port, "PublicPort") != 0) {
            const std::string ip = getString(port, "IP");
            text += containsChar(ip, ':') ? std::string("[").append(ip).append("]") : ip;
            text.append(":").append(std::to_string(getInt(port, "PublicPort"))).append("->");
        }
        text.append(std::to_string(getInt(port, "PrivatePort")));
        text.append("/").append(getString(port, "Type", "tcp"));
        ports.push_back(std::move(text));
    }
    return join(ports, ", ");
}

// Docker lists a linked container's aliases, "/parent/child", as names; its own has one slash.
std::string namesOf(const Json& container, bool whole) {
    std::vector<std::string> names;
    for (const std::string& name : getStrings(container, "Names")) {
        const std::string bare = startsWith(name, "/") ? name.substr(1) : name;
        if (whole || !containsChar(bare, '/')) names.push_back(bare);
    }
    return join(names, ",");
}

std::string sizeOf(const Json& container) {
    const std::string written = humanSize(getDouble(container, "SizeRw"));
    const double whole = getDouble(container, "SizeRootFs");
    return whole > 0 ? written + " (virtual " + humanSize(whole) + ")" : written;
}

std::string mountsOf(const Json& container, bool whole) {
    std::vector<std::string> mounts;
    for (const Json& mount : getMember(container, "Mounts")) {
        const std::string name = getString(mount, "Name", getString(mount, "Source"));
        mounts.push_back(whole ? name : ellipsis(name, 15));
    }
    return join(mounts, ",");
}

Json rowOf(const Json& container, bool whole) {
    const std::string id = getString(container, "Id");
    std::string command = "\"" + getString(container, "Command") + "\"";
    if (!whole && displayWidth(command) > kCommandColumns)
        command = ellipsis(command, kCommandColumns - 1) + "\"";
    std::string image = getString(container, "Image");
    if (!whole && startsWith(image, "sha256:")) image = shortId(image);
    const Timestamp created = getInt(container, "Created") * kSecond;
    std::vector<std::string> labels, networks;
    for (const auto& label : getMember(container, "Labels").items())
        labels.push_back(label.key() + "=" + label.value().get<std::string>());
    for (const auto& network :
         getMember(getMember(container, "NetworkSettings"), "Networks").items())
        networks.push_back(network.key());
    size_t volumes = 0;
    for (const Json& mount : getMember(container, "Mounts"))
        volumes += getString(mount, "Type") == "volume" ? 1 : 0;
    return {{"ID", whole ? id : shortId(id)},
            {"Image", image},
            {"Command", command},
            {"CreatedAt", formatTime(created)},
            {"RunningFor", humanDuration(now() - created) + " ago"},
            {"State", getString(container, "State")},
            {"Status", getString(container, "Status")},
            {"Ports", portsOf(container)},
            {"Names", namesOf(container, whole)},
            {"Size", sizeOf(container)},
            {"Labels", join(labels, ",")},
            {"Mounts", mountsOf(container, whole)},
            {"Networks", join(networks, ",")},
            {"LocalVolumes", std::to_string(volumes)}};
}

int ps(Context& context, const Arguments& arguments) {
    std::vector<std::string> shown = {"ID",     "Image", "Command", "RunningFor",
                                      "Status", "Ports", "Names"};
    if (arguments.flag("size")) shown.emplace_back("Size");
    Listing listing(kFields, shown);
    const bool whole = arguments.flag("no-trunc");
    std::string ids;
    for (const Json& container : context.api().get("/containers/json", queryOf(arguments))) {
        Json row = rowOf(container, whole);
        ids += getString(row, "ID") + "\n";
        const Json& labels = getMember(container, "Labels");
        listing.add(std::move(row), {{"Label", labels.is_null() ? Json::object() : labels}});
    }
    const size_t width = whole ? 0 : context.width();
    context.print(arguments.flag("quiet") ? ids : listing.render(arguments.text("format"), width));
    return 0;
}

} // namespace

const Command kPs = {
    "ps",
    "Containers",
    "",
    "list containers",
    "Lists the containers that run, or with -a all of them, the newest first. Columns are "
    "shortened "
    "to fit the terminal; elsewhere they are whole.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr ps -a --filter status=exited\n$ ctr ps --format 'table {{.Names}}\\t{{.Status}}'",
    ps,
};

} // namespace ctrd::cli

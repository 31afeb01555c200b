#include "base/json.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/listing.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"filter", 'f', OptionKind::List, "", "NAME=VALUE",
     "only those with this name, driver, label, or dangling=true: that no container has"},
    {"format", 0, OptionKind::Text, "", "TEMPLATE",
     "a line as the template says ('{{.Name}}: {{.Mountpoint}}', json)"},
    {"quiet", 'q', OptionKind::Flag, "false", nullptr, "names only"},
};

const std::vector<Listing::Field> kFields = {
    {"Driver", "DRIVER"},        {"Name", "VOLUME NAME", 12}, {"Mountpoint", "MOUNTPOINT"},
    {"CreatedAt", "CREATED AT"}, {"Labels", "LABELS"},        {"Scope", "SCOPE"},
};

std::string labelsText(const Json& volume) {
    std::vector<std::string> labels;
    const Json& member = getMember(volume, "Labels");
    for (const auto& label : member.items())
        labels.push_back(label.key() + "=" + getString(member, label.key().c_str()));
    return join(labels, ",");
}

int ls(Context& context, const Arguments& arguments) {
    Query query;
    const auto filters = arguments.list("filter");
    if (!filters.empty()) query.emplace_back("filters", filtersParameter(filters));
    Listing listing(kFields, {"Driver", "Name"});
    std::string names;
    const Json answer = context.api().get("/volumes", query);
    for (const Json& volume : getMember(answer, "Volumes")) {
        names += getString(volume, "Name") + "\n";
        listing.add({{"Driver", getString(volume, "Driver")},
                     {"Name", getString(volume, "Name")},
                     {"Mountpoint", getString(volume, "Mountpoint")},
                     {"CreatedAt", getString(volume, "CreatedAt")},
                     {"Labels", labelsText(volume)},
                     {"Scope", getString(volume, "Scope")}});
    }
    context.print(arguments.flag("quiet")
                      ? names
                      : listing.render(arguments.text("format"), context.width()));
    return 0;
}

} // namespace

const Command kVolumeLs = {
    "volume ls",
    "Volumes",
    "",
    "list volumes",
    "Lists the volumes by name. Those nobody named were made for one container and have 64 digits.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    0,
    Completes::Nothing,
    "",
    "$ ctr volume ls\n$ ctr volume ls -q -f dangling=true",
    ls,
};

} // namespace ctrd::cli

#include "base/ids.h"
#include "base/json.h"
#include "base/size.h"
#include "base/strings.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/reference.h"
#include "cli/table.h"

namespace ctrd::cli {

namespace {

constexpr size_t kCommandColumns = 45;

const Option kOptions[] = {
    {"format", 0, OptionKind::Text, "", "TEMPLATE", "a line as the template says, or json"},
    {"human", 'H', OptionKind::Flag, "true", nullptr, "sizes with units, times as 'ago'"},
    {"no-trunc", 0, OptionKind::Flag, "false", nullptr, "whole ids and commands"},
    {"quiet", 'q', OptionKind::Flag, "false", nullptr, "ids only"},
};

const std::vector<Listing::Field> kFields = {
    {"ID", "IMAGE"},
    {"CreatedSince", "CREATED", 9},
    {"CreatedAt", "CREATED AT"},
    {"CreatedBy", "CREATED BY", 12},
    {"Size", "SIZE"},
    {"Comment", "COMMENT", 7},
};

Json rowOf(const Json& entry, bool whole, bool human) {
    std::string id = getString(entry, "Id");
    if (!whole && id != "<missing>") id = shortId(id);
    std::string command = getString(entry, "CreatedBy");
    for (char& c : command)
        if (c == '\t' || c == '\n') c = ' ';
    const Timestamp created = getInt(entry, "Created") * kSecond;
    const int64_t size = getInt(entry, "Size");
    return {{"ID", id},
            {"CreatedSince", human ? humanDuration(now() - created) + " ago" : formatTime(created)},
            {"CreatedAt", formatTime(created)},
            {"CreatedBy", whole ? command : ellipsis(command, kCommandColumns)},
            {"Size", human ? humanSize(static_cast<double>(size)) : std::to_string(size)},
            {"Comment", getString(entry, "Comment")}};
}

int history(Context& context, const Arguments& arguments) {
    Listing listing(kFields, {"ID", "CreatedSince", "CreatedBy", "Size", "Comment"});
    const bool whole = arguments.flag("no-trunc");
    std::string ids;
    for (const Json& entry : context.api().get(pathOf("images", arguments[0], "/history"))) {
        Json row = rowOf(entry, whole, arguments.flag("human"));
        ids += getString(row, "ID") + "\n";
        listing.add(std::move(row));
    }
    const size_t width = whole ? 0 : context.width();
    context.print(arguments.flag("quiet") ? ids : listing.render(arguments.text("format"), width));
    return 0;
}

} // namespace

const Command kHistory = {
    "history",
    "Images",
    "IMAGE",
    "show how an image was made",
    "Lists the steps an image was made in, the last one first, with what each added. Steps that "
    "were made elsewhere have no image of their own here.",
    kOptions,
    {},
    Positionals::Mixed,
    1,
    1,
    Completes::Images,
    "",
    "$ ctr history busybox",
    history,
};

} // namespace ctrd::cli

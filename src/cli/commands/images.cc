#include "base/ids.h"
#include "base/json.h"
#include "base/size.h"
#include "base/strings.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/reference.h"

namespace ctrd::cli {

namespace {

const Option kOptions[] = {
    {"all", 'a', OptionKind::Flag, "false", nullptr, "those that only others are built on, too"},
    {"digests", 0, OptionKind::Flag, "false", nullptr, "the digests they have in registries"},
    {"filter", 'f', OptionKind::List, "", "NAME=VALUE",
     "only those with this reference, label, dangling, before, since ..."},
    {"format", 0, OptionKind::Text, "", "TEMPLATE",
     "a line as the template says ('{{.Repository}}:{{.Tag}}', json)"},
    {"no-trunc", 0, OptionKind::Flag, "false", nullptr, "whole ids"},
    {"quiet", 'q', OptionKind::Flag, "false", nullptr, "ids only"},
};

const std::vector<Listing::Field> kFields = {
    {"Repository", "REPOSITORY", 12},
    {"Tag", "TAG", 6},
    {"Digest", "DIGEST", 16},
    {"ID", "IMAGE ID"},
    {"CreatedSince", "CREATED", 9},
    {"CreatedAt", "CREATED AT"},
    {"Size", "SIZE"},
};

Query queryOf(const Arguments& arguments) {
    Query query;
    if (arguments.flag("all")) query.emplace_back("all", "1");
    std::vector<std::string> filters = arguments.list("filter");
    if (arguments.count() > 0) filters.push_back("reference=" + arguments[0]);
    if (!filters.empty()) query.emplace_back("filters", filtersParameter(filters));
    return query;
}

std::string digestOf(const Json& image, const std::string& repository) {
    for (const std::string& digest : getStrings(image, "RepoDigests")) {
        const auto parts = splitOnce(digest, '@');
        if (parts && parts->first == repository) return parts->second;
    }
    return "<none>";
}

void addRows(Listing& listing, const Json& image, bool whole) {
    const std::string id = getString(image, "Id");
    const Timestamp created = getInt(image, "Created") * kSecond;
    std::vector<std::string> names = getStrings(image, "RepoTags");
    if (names.empty()) names.emplace_back("<none>:<none>");
    for (const std::string& name : names) {
        const ImageName parts = splitImageName(name);
        listing.add({{"Repository", parts.repository},
                     {"Tag", parts.tag},
                     {"Digest", digestOf(image, parts.repository)},
                     {"ID", whole ? id : shortId(id)},
                     {"CreatedSince", humanDuration(now() - created) + " ago"},
                     {"CreatedAt", formatTime(created)},
                     {"Size", humanSize(getDouble(image, "Size"))}});
    }
}

int images(Context& context, const Arguments& arguments) {
    std::vector<std::string> shown = {"Repository", "Tag", "ID", "CreatedSince", "Size"};
    if (arguments.flag("digests")) shown.insert(shown.begin() + 2, "Digest");
    Listing listing(kFields, shown);
    const bool whole = arguments.flag("no-trunc");
    std::string ids;
    for (const Json& image : context.api().get("/images/json", queryOf(arguments))) {
        addRows(listing, image, whole);
        const std::string id = getString(image, "Id");
        ids += (whole ? id : shortId(id)) + "\n";
    }
    const size_t width = whole ? 0 : context.width();
    context.print(arguments.flag("quiet") ? ids : listing.render(arguments.text("format"), width));
    return 0;
}

} // namespace

const Command kImages = {
    "images",
    "Images",
    "[REPOSITORY[:TAG]]",
    "list images",
    "Lists the images the daemon keeps, the newest first, with a line for each name. A name or a "
    "pattern ('app*') chooses among them.",
    kOptions,
    {},
    Positionals::Mixed,
    0,
    1,
    Completes::Images,
    "",
    "$ ctr images\n$ ctr images -q --filter dangling=true",
    images,
};

} // namespace ctrd::cli

#include "cli/prune.h"

#include "base/json.h"
#include "base/size.h"
#include "base/strings.h"
#include "cli/confirm.h"
#include "cli/listing.h"

namespace ctrd::cli {

namespace {

// An image's removal is an object of one member: {"Untagged": "app:1"}.
std::string lineOf(const Json& item) {
    if (item.is_string()) return item.get<std::string>();
    for (const auto& member : item.items())
        return toLower(member.key()) + ": " + getString(item, member.key().c_str());
    return "";
}

} // namespace

double prune(Context& context, const PruneKind& kind, const std::vector<std::string>& filters) {
    Query query;
    if (!filters.empty()) query.emplace_back("filters", filtersParameter(filters));
    const Json answer = context.api().post(kind.path, query);
    std::string text;
    for (const Json& item : getMember(answer, kind.deleted))
        text += lineOf(item) + "\n";
    if (!text.empty()) context.print(std::string(kind.title) + ":\n" + text + "\n");
    return getDouble(answer, "SpaceReclaimed");
}

int pruneOne(Context& context, const Arguments& arguments, const PruneKind& kind,
             const std::string& removes, const std::vector<std::string>& own) {
    if (!arguments.flag("force") && !confirm(context, {removes})) return 0;
    std::vector<std::string> filters = arguments.list("filter");
    filters.insert(filters.end(), own.begin(), own.end());
    printReclaimed(context, prune(context, kind, filters));
    return 0;
}

void printReclaimed(const Context& context, double bytes) {
    context.print("Total reclaimed space: " + humanSize(bytes) + "\n");
}

} // namespace ctrd::cli

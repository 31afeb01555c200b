#include "base/json.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/reference.h"
#include "cli/table.h"

namespace ctrd::cli {

namespace {

int top(Context& context, const Arguments& arguments) {
    Query query;
    const auto& words = arguments.positionals();
    if (words.size() > 1)
        query.emplace_back("ps_args",
                           join(std::vector<std::string>(words.begin() + 1, words.end()), " "));
    const Json answer = context.api().get(pathOf("containers", words[0], "/top"), query);
    std::vector<Table::Column> columns;
    for (const std::string& title : getStrings(answer, "Titles"))
        columns.push_back({title, 0});
    // The last one is the command line.
    if (!columns.empty()) columns.back().least = 8;
    Table table(std::move(columns));
    for (const Json& process : getMember(answer, "Processes"))
        table.add(process.get<std::vector<std::string>>());
    context.print(table.render(context.width()));
    return 0;
}

} // namespace

const Command kTop = {
    "top",
    "Containers",
    "CONTAINER [PS OPTION...]",
    "show the processes of a container",
    "Lists the processes of a running container with the numbers the host knows them by. Options "
    "behind the name are those of ps(1) on the daemon's host.",
    {},
    {},
    Positionals::EndFirst,
    1,
    kAnyNumber,
    Completes::RunningContainers,
    "",
    "$ ctr top web\n$ ctr top web -o pid,rss,args",
    top,
};

} // namespace ctrd::cli

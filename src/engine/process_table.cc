#include "engine/process_table.h"

#include "base/error.h"
#include "base/strings.h"

#include <algorithm>

namespace ctrd::engine {

namespace {

std::vector<std::string> columnsOf(const std::string& line, size_t count) {
    std::vector<std::string> columns;
    size_t at = line.find_first_not_of(" \t");
    while (at != std::string::npos && columns.size() + 1 < count) {
        const size_t end = line.find_first_of(" \t", at);
        columns.push_back(line.substr(at, end == std::string::npos ? end : end - at));
        at = end == std::string::npos ? end : line.find_first_not_of(" \t", end);
    }
    columns.push_back(at == std::string::npos ? "" : trim(line.substr(at)));
    return columns;
}

} // namespace

TopView parseProcessTable(const std::string& psOutput, const std::set<pid_t>& pids) {
    const auto lines = split(psOutput, '\n');
    TopView view;
    view.titles = splitWords(lines.front());
    const auto title = std::find(view.titles.begin(), view.titles.end(), "PID");
    if (title == view.titles.end())
        throw invalidArgument("Couldn't find PID field in ps output: ask ps for a PID column");
    const auto pidColumn = static_cast<size_t>(title - view.titles.begin());
    for (size_t i = 1; i < lines.size(); ++i) {
        auto columns = columnsOf(lines[i], view.titles.size());
        if (columns.size() <= pidColumn) continue;
        const auto pid = parseInt(columns[pidColumn]);
        if (pid && pids.count(static_cast<pid_t>(*pid)) != 0)
            view.processes.push_back(std::move(columns));
    }
    return view;
}

} // namespace ctrd::engine

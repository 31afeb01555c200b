#include "cli/listing.h"

#include "base/error.h"
#include "base/strings.h"
#include "cli/table.h"
#include "cli/template.h"

namespace ctrd::cli {

void Listing::add(Json values, Json methods) {
    rows_.emplace_back(std::move(values), std::move(methods));
}

std::string Listing::render(const std::string& format, size_t width) const {
    if (format.empty() || format == "table") return renderTable(width);
    const std::string text = unescapeFormat(format);
    if (startsWith(text, "table ")) return renderTemplateTable(text.substr(6), width);
    std::string out;
    if (text == "json") {
        for (const auto& [values, methods] : rows_)
            out += dumpJson(values) + "\n";
        return out;
    }
    const Template line(text);
    for (const auto& [values, methods] : rows_)
        out += line.render(values, methods) + "\n";
    return out;
}

std::string Listing::renderTable(size_t width) const {
    std::vector<Table::Column> columns;
    for (const std::string& name : shown_) {
        for (const Field& field : fields_)
            if (field.name == name) columns.push_back({field.title, field.least});
    }
    Table table(std::move(columns));
    for (const auto& [values, methods] : rows_) {
        std::vector<std::string> cells;
        for (const std::string& name : shown_)
            cells.push_back(getString(values, name.c_str()));
        table.add(std::move(cells));
    }
    return table.render(width);
}

// The titles are what the template makes of an object that holds titles.
std::string Listing::renderTemplateTable(const std::string& text, size_t width) const {
    const Template line(text);
    Json titles = Json::object();
    for (const Field& field : fields_)
        titles[field.name] = field.title;
    Json titleMethods = Json::object();
    if (!rows_.empty()) {
        for (const auto& method : rows_.front().second.items())
            titleMethods[method.key()] = Json::object();
    }
    std::vector<Table::Column> columns;
    for (const std::string& title : split(line.render(titles, titleMethods), '\t'))
        columns.push_back({title, 0});
    Table table(std::move(columns));
    for (const auto& [values, methods] : rows_)
        table.add(split(line.render(values, methods), '\t'));
    return table.render(width);
}

std::string unescapeFormat(const std::string& format) {
    std::string out;
    for (size_t i = 0; i < format.size(); ++i) {
        const bool escape = format[i] == '\\' && i + 1 < format.size() &&
                            (format[i + 1] == 't' || format[i + 1] == 'n');
        if (escape)
            out += format[++i] == 't' ? '\t' : '\n';
        else
            out += format[i];
    }
    return out;
}

std::string filtersParameter(const std::vector<std::string>& filters) {
    Json object = Json::object();
    for (const std::string& filter : filters) {
        const auto pair = splitOnce(filter, '=');
        if (!pair || pair->first.empty())
            throw invalidArgument("invalid filter '" + filter + "': NAME=VALUE is wanted");
        object[toLower(trim(pair->first))][trim(pair->second)] = true;
    }
    return dumpJson(object);
}

} // namespace ctrd::cli

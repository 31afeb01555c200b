#pragma once

#include "base/json.h"
#include "cli/command.h"

#include <string>
#include <vector>

namespace ctrd::cli {

// A list of things that --format shapes: what ps, images, history and stats print.
class Listing {
public:
    struct Field {
        const char* name;  // in templates: "ID"
        const char* title; // of its column: "CONTAINER ID"
        // To be shortened down to so many columns where the terminal is too narrow; 0: never.
        size_t least = 0;
    };

    // `shown`: names of the fields of the table, in order.
    Listing(std::vector<Field> fields, std::vector<std::string> shown)
        : fields_(std::move(fields)), shown_(std::move(shown)) {}

    // `values`: all fields; `methods`: as Template::render takes them.
    void add(Json values, Json methods = Json::object());

    // By `format`: "" or "table" for a table, "table TEMPLATE" for one of other columns (divided by
    // tabs), "json" for an object a line, otherwise a template for each line.
    std::string render(const std::string& format, size_t width) const;

private:
    std::string renderTable(size_t width) const;
    std::string renderTemplateTable(const std::string& text, size_t width) const;

    std::vector<Field> fields_;
    std::vector<std::string> shown_;
    std::vector<std::pair<Json, Json>> rows_;
};

// "\t" and "\n" as a shell passes them on become a tab and a line end.
std::string unescapeFormat(const std::string& format);

// "KEY=VALUE" of --filter as the API takes them: {"status":{"exited":true}}.  Throws
// InvalidArgument.
std::string filtersParameter(const std::vector<std::string>& filters);

} // namespace ctrd::cli

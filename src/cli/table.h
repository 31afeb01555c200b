#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ctrd::cli {

// Columns of a terminal that a text takes: combining marks none, wide characters two.
size_t displayWidth(const std::string& text);

// At most `columns` of the text, the last of them an ellipsis where something was cut off.
std::string ellipsis(const std::string& text, size_t columns);

// Text in columns, three blanks apart.
class Table {
public:
    struct Column {
        std::string title;
        // To be shortened down to this where the terminal is too narrow; 0: never.
        size_t least = 0;
    };

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // A missing cell is empty.
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    bool empty() const { return rows_.empty(); }

    // The title line and the rows.  `width`: columns of the terminal, 0 for no limit.
    std::string render(size_t width) const;

private:
    std::vector<size_t> widths(size_t terminal) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace ctrd::cli

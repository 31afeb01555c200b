#include "cli/help.h"

#include "base/strings.h"
#include "cli/page.h"

#include <algorithm>

namespace ctrd::cli {

namespace {

constexpr size_t kTermColumns = 30; // a longer term stands on a line of its own

// Words of `text` in lines of at most `width`, each line but the first after `indent` blanks.
std::string wrapped(const std::string& text, size_t indent, size_t width) {
    std::string out;
    size_t column = indent;
    for (const std::string& word : splitWords(text)) {
        if (column > indent && column + 1 + word.size() > width) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out + "\n";
}

std::string renderItem(const std::pair<std::string, std::string>& item, size_t columns,
                       size_t width) {
    const size_t indent = 2 + columns + 2;
    std::string out = "  " + item.first;
    if (item.first.size() > columns)
        out += "\n" + std::string(indent, ' ');
    else
        out += std::string(indent - 2 - item.first.size(), ' ');
    return out + wrapped(item.second, indent, width);
}

std::string renderSection(const Section& section, size_t width) {
    std::string out = "\n" + section.title + ":\n";
    for (const std::string& paragraph : section.paragraphs)
        out += "  " + (section.verbatim ? paragraph + "\n" : wrapped(paragraph, 2, width));
    size_t columns = 0;
    for (const auto& [term, text] : section.items)
        columns = std::max(columns, std::min(term.size(), kTermColumns));
    for (const auto& item : section.items)
        out += renderItem(item, columns, width);
    return out;
}

std::string render(const Page& page, size_t width) {
    const size_t columns = std::clamp<size_t>(width == 0 ? 80 : width, 60, 100);
    std::string out = "Usage: " + page.usage + "\n";
    for (const Section& section : page.sections) {
        if (section.title == "Description") {
            for (const std::string& paragraph : section.paragraphs)
                out += "\n" + wrapped(paragraph, 0, columns);
        } else {
            out += renderSection(section, columns);
        }
    }
    return out;
}

} // namespace

std::string helpOf(const Command& command, size_t width) {
    return render(pageOf(command), width);
}

std::string helpOfCtr(size_t width) {
    return render(pageOfCtr(), width);
}

std::string helpOfFamily(const std::string& family, size_t width) {
    return render(pageOfFamily(family), width);
}

} // namespace ctrd::cli

#include "cli/table.h"

#include <algorithm>
#include <cstdint>

namespace ctrd::cli {

namespace {

constexpr size_t kGap = 3;

// The code point at `at`, which is moved behind it; a byte that is no UTF-8 stands for itself.
uint32_t nextCodePoint(const std::string& text, size_t& at) {
    const auto first = static_cast<unsigned char>(text[at++]);
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    uint32_t code = more == 0 ? first : first & (0x3fU >> more);
    for (int i = 0; i < more && at < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if ((byte & 0xc0U) != 0x80) break;
        code = code << 6 | (byte & 0x3fU);
        ++at;
    }
    return code;
}

struct Span {
    uint32_t first, last;
};

// wcwidth(3) depends on the locale, which ctr does not load.  The blocks that matter in names.
constexpr Span kCombining[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0xfe00, 0xfe0f}};
constexpr Span kWide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},
                          {0xf900, 0xfaff}, {0xff00, 0xff60}, {0x1f300, 0x1faff}};

template <size_t N>
bool within(const Span (&spans)[N], uint32_t code) {
    return std::any_of(std::begin(spans), std::end(spans),
                       [&](const Span& s) { return code >= s.first && code <= s.last; });
}

size_t widthOf(uint32_t code) {
    return within(kCombining, code) ? 0 : within(kWide, code) ? 2 : 1;
}

} // namespace

size_t displayWidth(const std::string& text) {
    size_t width = 0;
    for (size_t at = 0; at < text.size();)
        width += widthOf(nextCodePoint(text, at));
    return width;
}

std::string ellipsis(const std::string& text, size_t columns) {
    if (displayWidth(text) <= columns) return text;
    size_t width = 0, end = 0;
    for (size_t at = 0; at < text.size();) {
        width += widthOf(nextCodePoint(text, at));
        if (width + 1 > columns) break;
        end = at;
    }
    return columns == 0 ? "" : text.substr(0, end) + "…";
}

std::vector<size_t> Table::widths(size_t terminal) const {
    std::vector<size_t> widths;
    size_t total = 0;
    for (size_t i = 0; i < columns_.size(); ++i) {
        size_t width = displayWidth(columns_[i].title);
        for (const auto& row : rows_)
            if (i < row.size()) width = std::max(width, displayWidth(row[i]));
        widths.push_back(width);
        total += width + (i == 0 ? 0 : kGap);
    }
    // Narrow the widest that may be, one column at a time, so that all suffer alike.
    while (terminal > 0 && total > terminal) {
        size_t widest = columns_.size();
        for (size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].least == 0 || widths[i] <= columns_[i].least) continue;
            if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
        }
        if (widest == columns_.size()) break;
        --widths[widest];
        --total;
    }
    return widths;
}

std::string Table::render(size_t width) const {
    const std::vector<size_t> columns = widths(width);
    std::string out;
    const auto line = [&](const auto& cellAt, size_t count) {
        std::string text;
        for (size_t i = 0; i < count; ++i) {
            const std::string cell = ellipsis(cellAt(i), columns[i]);
            text += cell;
            text.append(columns[i] - displayWidth(cell) + kGap, ' ');
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    };
    line([this](size_t i) { return columns_[i].title; }, columns_.size());
    for (const auto& row : rows_)
        line([&](size_t i) { return row[i]; }, std::min(row.size(), columns_.size()));
    return out;
}

} // namespace ctrd::cli

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctrd {

// "a,b,,c" gives four parts; "" gives one empty part.
std::vector<std::string> split(std::string_view text, char separator);
// At the first separator: {"a", "b=c"} of "a=b=c"; nothing where there is none.
std::optional<std::pair<std::string, std::string>> splitOnce(std::string_view text, char separator);
// The words between runs of white space.
std::vector<std::string> splitWords(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string trim(std::string_view text);
std::string toLower(std::string_view text);
bool startsWith(std::string_view text, std::string_view prefix);
bool endsWith(std::string_view text, std::string_view suffix);
bool containsChar(std::string_view text, char c);

// The whole text must be a decimal number (a sign allowed); nothing otherwise or out of range.
std::optional<long long> parseInt(std::string_view text);

// Whether the text matches a shell pattern of `*`, `?` and `[a-z]` (no `/` special).
bool globMatch(const std::string& pattern, const std::string& text);

} // namespace ctrd

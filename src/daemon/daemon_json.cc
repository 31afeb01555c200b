#include "base/error.h"
#include "base/json.h"
#include "base/spelling.h"
#include "daemon/conf_file.h"

#include <map>

namespace ctrd::daemon {

namespace {

// Where the names of the outermost object stand, which the JSON library does not tell: line numbers
// by name.  Of a text that is known to be JSON.
std::multimap<std::string, int> linesOfNames(const std::string& text) {
    std::multimap<std::string, int> lines;
    int depth = 0, line = 1;
    std::string last; // the last string at depth 1, raw
    for (size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n') ++line;
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        if (c == ':' && depth == 1) lines.emplace(last, line);
        if (c != '"') continue;
        const size_t start = ++at;
        while (at < text.size() && text[at] != '"')
            at += text[at] == '\\' ? 2 : 1;
        if (depth == 1) last = text.substr(start, at - start);
    }
    return lines;
}

std::string scalar(const Json& value, const char* wanted, bool fits) {
    if (!fits) throw invalidArgument(std::string(wanted) + " is wanted");
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::vector<std::string> strings(const Json& value) {
    std::vector<std::string> list;
    if (!value.is_array()) throw invalidArgument("an array of strings is wanted");
    for (const auto& item : value)
        list.push_back(scalar(item, "an array of strings", item.is_string()));
    return list;
}

std::vector<std::string> pairs(const Json& value) {
    std::vector<std::string> list;
    if (!value.is_object()) throw invalidArgument("an object of strings is wanted");
    for (const auto& item : value.items())
        list.push_back(item.key() + "=" +
                       scalar(item.value(), "an object of strings", item.value().is_string()));
    return list;
}

std::vector<std::string> ulimits(const Json& value) {
    std::vector<std::string> list;
    if (!value.is_object())
        throw invalidArgument(
            "an object such as {\"nofile\": {\"Soft\": 1024, \"Hard\": 4096}} "
            "is wanted");
    for (const auto& item : value.items()) {
        const int64_t soft = getInt(item.value(), "Soft");
        list.push_back(item.key() + "=" + std::to_string(soft) + ":" +
                       std::to_string(getInt(item.value(), "Hard", soft)));
    }
    return list;
}

std::vector<std::string> valuesOf(const OptionRow& row, const Json& value) {
    switch (row.takes) {
        case Takes::List:
            return strings(value);
        case Takes::KeyValues:
            return pairs(value);
        case Takes::Ulimits:
            return ulimits(value);
        case Takes::Flag:
        case Takes::Switch:
            return {scalar(value, "true or false", value.is_boolean())};
        case Takes::Number:
            return {scalar(value, "a number", value.is_number_integer())};
        case Takes::Text:
        case Takes::Action:
            break;
    }
    return {scalar(value, "a string", value.is_string())};
}

Source settingsOf(const std::string& key, const Json& value, const std::string& origin) {
    const OptionRow* row = findJsonOption(key);
    if (row == nullptr)
        throw invalidArgument("unknown option '" + key + "'" + didYouMean(key, jsonNames()));
    Source source;
    try {
        for (const auto& text : valuesOf(*row, value))
            source.push_back({row->name, text, origin});
    } catch (const Error& e) {
        throw invalidArgument("'" + key + "': " + e.what());
    }
    return source;
}

} // namespace

Source parseDaemonJson(const std::string& text, const std::string& file) {
    const Json json = parseJson(text, "'" + file + "'");
    if (!json.is_object()) throw invalidArgument(file + ": a JSON object is wanted");
    const auto lines = linesOfNames(text);
    Source source;
    for (const auto& item : json.items()) {
        const auto at = lines.find(item.key());
        const std::string origin =
            at == lines.end() ? file : file + ":" + std::to_string(at->second);
        try {
            if (lines.count(item.key()) > 1)
                throw invalidArgument("'" + item.key() + "' stands twice: keep one of them");
            for (auto& given : settingsOf(item.key(), item.value(), origin))
                source.push_back(std::move(given));
        } catch (const Error& e) {
            throw Error(e.kind(), origin + ": " + e.what());
        }
    }
    return source;
}

} // namespace ctrd::daemon

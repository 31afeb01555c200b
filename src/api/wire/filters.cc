#include "api/wire/filters.h"

#include "api/wire/query.h"
#include "base/error.h"
#include "base/finally.h"
#include "base/json.h"

#include <algorithm>

#include <regex.h>

namespace ctrd::api::wire {

namespace {

constexpr size_t kPatternLimit = 256;

[[noreturn]] void refuseShape(const std::string& name) {
    throw invalidArgument("invalid filters: '" + name +
                          "' must be a list of strings or an object of booleans");
}

std::set<std::string> valuesOf(const std::string& name, const Json& json) {
    std::set<std::string> values;
    if (json.is_array()) {
        for (const auto& value : json) {
            if (!value.is_string()) refuseShape(name);
            values.insert(value.get<std::string>());
        }
    } else if (json.is_object()) {
        for (const auto& [value, wanted] : json.items()) {
            if (!wanted.is_boolean()) refuseShape(name);
            if (wanted.get<bool>()) values.insert(value);
        }
    } else if (!json.is_null()) {
        refuseShape(name);
    }
    return values;
}

// Names and ids consist of these: most patterns are no more than a part of one, with an anchor.
bool isPlain(const std::string& pattern) {
    return std::all_of(pattern.begin(), pattern.end(), [](unsigned char c) {
        return isalnum(c) != 0 || c == '_' || c == '-' || c == '/';
    });
}

bool matchesPlain(std::string pattern, const std::string& candidate) {
    const bool fromStart = !pattern.empty() && pattern.front() == '^';
    if (fromStart) pattern.erase(0, 1);
    const bool toEnd = !pattern.empty() && pattern.back() == '$';
    if (toEnd) pattern.pop_back();
    if (fromStart && toEnd) return candidate == pattern;
    if (fromStart) return candidate.compare(0, pattern.size(), pattern) == 0;
    if (toEnd)
        return candidate.size() >= pattern.size() &&
               candidate.compare(candidate.size() - pattern.size(), pattern.size(), pattern) == 0;
    return candidate.find(pattern) != std::string::npos;
}

bool matchesRegex(const std::string& pattern, const std::string& candidate) {
    // Repetition counts multiply when nested: a short pattern would take all memory.
    if (pattern.size() > kPatternLimit || pattern.find('{') != std::string::npos)
        throw invalidArgument("the filter's pattern '" + pattern.substr(0, kPatternLimit) +
                              "' is too long or has a repetition count");
    regex_t compiled{};
    if (regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
        throw invalidArgument("the filter's pattern '" + pattern + "' is no regular expression");
    const Finally release([&] { regfree(&compiled); });
    return regexec(&compiled, candidate.c_str(), 0, nullptr, 0) == 0;
}

bool matchesOne(const std::string& pattern, const std::string& candidate) {
    std::string inner = pattern;
    if (!inner.empty() && inner.front() == '^') inner.erase(0, 1);
    if (!inner.empty() && inner.back() == '$') inner.pop_back();
    return isPlain(inner) ? matchesPlain(pattern, candidate) : matchesRegex(pattern, candidate);
}

// "key" or "key=value".
bool hasLabel(const std::map<std::string, std::string>& labels, const std::string& wanted) {
    const size_t equals = wanted.find('=');
    const auto found = labels.find(wanted.substr(0, equals));
    if (found == labels.end()) return false;
    return equals == std::string::npos || found->second == wanted.substr(equals + 1);
}

} // namespace

Filters Filters::parse(const std::string& text) {
    Filters filters;
    if (text.empty()) return filters;
    const Json json = parseJson(text, "filters");
    if (json.is_null()) return filters;
    if (!json.is_object()) throw invalidArgument("invalid filters: an object is wanted");
    for (const auto& [name, value] : json.items()) {
        auto values = valuesOf(name, value);
        if (!values.empty()) filters.values_[name] = std::move(values);
    }
    return filters;
}

void Filters::requireKnown(std::initializer_list<const char*> names) const {
    for (const auto& entry : values_)
        if (std::find(names.begin(), names.end(), entry.first) == names.end())
            throw invalidArgument("invalid filter '" + entry.first + "'");
}

const std::set<std::string>& Filters::get(const std::string& name) const {
    static const std::set<std::string> none;
    const auto found = values_.find(name);
    return found == values_.end() ? none : found->second;
}

bool Filters::truth(const std::string& name, bool otherwise) const {
    const auto& values = get(name);
    if (values.empty()) return otherwise;
    const std::string& value = *values.begin();
    for (const char* known : {"0", "1", "true", "false", "True", "False"})
        if (values.size() == 1 && value == known) return boolValue(value);
    throw invalidArgument("invalid filter '" + name + "=" + value + "': true or false is wanted");
}

bool Filters::matchesExact(const std::string& name, const std::string& candidate) const {
    return !has(name) || get(name).count(candidate) > 0;
}

bool Filters::matchesPattern(const std::string& name, const std::string& candidate) const {
    const auto& values = get(name);
    return values.empty() || std::any_of(values.begin(), values.end(), [&](const std::string& v) {
               return matchesOne(v, candidate);
           });
}

bool Filters::matchesLabels(const std::string& name,
                            const std::map<std::string, std::string>& labels) const {
    const auto& values = get(name);
    return std::all_of(values.begin(), values.end(),
                       [&](const std::string& wanted) { return hasLabel(labels, wanted); });
}

bool Filters::lacksLabels(const std::string& name,
                          const std::map<std::string, std::string>& labels) const {
    const auto& values = get(name);
    return std::none_of(values.begin(), values.end(),
                        [&](const std::string& unwanted) { return hasLabel(labels, unwanted); });
}

} // namespace ctrd::api::wire

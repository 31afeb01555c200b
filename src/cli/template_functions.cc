#include "base/error.h"
#include "base/strings.h"
#include "cli/template_tree.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <map>

namespace ctrd::cli {

namespace {

using Arguments = std::vector<Json>;

void expectCount(const Arguments& arguments, size_t least, size_t most) {
    if (arguments.size() < least || arguments.size() > most)
        throw invalidArgument("it was given " + std::to_string(arguments.size()) +
                              " arguments; wanted: " + std::to_string(least) +
                              (most > least ? " or more" : ""));
}

std::string textOf(const Json& value) {
    return value.is_null() ? "" : printed(value);
}

int64_t numberOf(const Json& value) {
    if (!value.is_number()) throw invalidArgument("'" + printed(value) + "' is no number");
    return value.get<int64_t>();
}

std::string mapChars(const Arguments& a, int (*change)(int)) {
    expectCount(a, 1, 1);
    std::string text = textOf(a[0]);
    for (char& c : text)
        c = static_cast<char>(change(static_cast<unsigned char>(c)));
    return text;
}

Json toJsonText(const Arguments& a) {
    expectCount(a, 1, 1);
    return dumpJson(a[0]);
}

Json joinAll(const Arguments& a) {
    expectCount(a, 2, 2);
    std::vector<std::string> parts;
    // Docker's join takes the list first; with a pipe it comes last.
    const Json& list = a[0].is_array() || a[0].is_null() ? a[0] : a[1];
    const Json& separator = &list == &a[0] ? a[1] : a[0];
    for (const Json& item : list)
        parts.push_back(printed(item));
    return join(parts, textOf(separator));
}

Json splitAll(const Arguments& a) {
    expectCount(a, 2, 2);
    const std::string text = textOf(a[0]), separator = textOf(a[1]);
    if (separator.size() == 1) return split(text, separator[0]);
    Json parts = Json::array();
    size_t from = 0;
    for (size_t at = text.find(separator); !separator.empty() && at != std::string::npos;
         at = text.find(separator, from)) {
        parts.push_back(text.substr(from, at - from));
        from = at + separator.size();
    }
    parts.push_back(text.substr(from));
    return parts;
}

Json lower(const Arguments& a) {
    return mapChars(a, std::tolower);
}

Json upper(const Arguments& a) {
    return mapChars(a, std::toupper);
}

Json title(const Arguments& a) {
    expectCount(a, 1, 1);
    std::string text = textOf(a[0]);
    bool first = true;
    for (char& c : text) {
        if (first) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        first = std::isspace(static_cast<unsigned char>(c)) != 0;
    }
    return text;
}

Json index(const Arguments& a) {
    expectCount(a, 1, SIZE_MAX);
    Json value = a[0];
    for (size_t i = 1; i < a.size(); ++i) {
        if (value.is_array()) {
            const int64_t at = numberOf(a[i]);
            if (at < 0 || static_cast<size_t>(at) >= value.size())
                throw invalidArgument("there is no element " + std::to_string(at) + " of " +
                                      std::to_string(value.size()));
            value = Json(value[static_cast<size_t>(at)]);
        } else if (value.is_object()) {
            const auto found = value.find(textOf(a[i]));
            value = found == value.end() ? Json("") : Json(*found);
        } else if (!value.is_null()) {
            throw invalidArgument("'" + printed(value) + "' has no elements");
        }
    }
    return value;
}

Json length(const Arguments& a) {
    expectCount(a, 1, 1);
    return a[0].is_string() ? a[0].get<std::string>().size() : a[0].size();
}

Json slice(const Arguments& a) {
    expectCount(a, 1, 3);
    const size_t size = length({a[0]}).get<size_t>();
    const int64_t from = a.size() > 1 ? numberOf(a[1]) : 0;
    const int64_t to = a.size() > 2 ? numberOf(a[2]) : static_cast<int64_t>(size);
    if (from < 0 || to < from || static_cast<size_t>(to) > size)
        throw invalidArgument("the bounds are outside of " + std::to_string(size) + " elements");
    if (a[0].is_string())
        return a[0].get<std::string>().substr(static_cast<size_t>(from),
                                              static_cast<size_t>(to - from));
    return Json(Json::array_t(a[0].begin() + from, a[0].begin() + to));
}

Json truncate(const Arguments& a) {
    expectCount(a, 2, 2);
    return textOf(a[0]).substr(0, static_cast<size_t>(std::max<int64_t>(0, numberOf(a[1]))));
}

Json pad(const Arguments& a) {
    expectCount(a, 3, 3);
    const auto blanks = [&](size_t i) {
        return std::string(static_cast<size_t>(std::clamp<int64_t>(numberOf(a[i]), 0, 1000)), ' ');
    };
    const std::string text = textOf(a[0]);
    return text.empty() ? text : blanks(1) + text + blanks(2);
}

std::string printAll(const Arguments& a, const char* separator) {
    std::vector<std::string> parts;
    for (const Json& value : a)
        parts.push_back(printed(value));
    return join(parts, separator);
}

Json print(const Arguments& a) {
    return printAll(a, "");
}

Json println(const Arguments& a) {
    return printAll(a, " ") + "\n";
}

// One verb of printf with its flags, "%-20s", applied to a value.
std::string formatOne(const std::string& flags, char verb, const Json& value) {
    const auto with = [&](const char* kind, auto argument) {
        const std::string format = "%" + flags + kind;
        const int size = std::snprintf(nullptr, 0, format.c_str(), argument);
        std::string out(static_cast<size_t>(std::max(size, 0)) + 1, '\0');
        std::snprintf(out.data(), out.size(), format.c_str(), argument);
        out.pop_back();
        return out;
    };
    switch (verb) {
        case 'd':
            return with("lld", static_cast<long long>(numberOf(value)));
        case 'x':
            return with("llx", static_cast<long long>(numberOf(value)));
        case 'f':
            if (!value.is_number()) throw invalidArgument("'" + printed(value) + "' is no number");
            return with("f", value.get<double>());
        case 'q':
        case 's':
        case 't':
        case 'v': {
            std::string text = verb == 'q' ? dumpJson(textOf(value)) : printed(value);
            if (flags.empty()) return text;
            return with("s", text.c_str());
        }
        default:
            throw invalidArgument(std::string("there is no %") + verb);
    }
}

Json printfAll(const Arguments& a) {
    expectCount(a, 1, SIZE_MAX);
    const std::string format = textOf(a[0]);
    std::string out;
    size_t next = 1;
    for (size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            out += format[i];
            continue;
        }
        const size_t verb = format.find_first_not_of("-+ 0123456789.#", i + 1);
        if (verb == std::string::npos) throw invalidArgument("a verb is missing after '%'");
        const std::string flags = format.substr(i + 1, verb - i - 1);
        // A width of five digits is a mistake, not a table.
        if (flags.size() > 5) throw invalidArgument("'%" + flags + "' is too long");
        i = verb;
        if (format[verb] == '%') {
            out += '%';
            continue;
        }
        if (next == a.size()) throw invalidArgument("there are too few values");
        out += formatOne(flags, format[verb], a[next++]);
    }
    return out;
}

int compare(const Json& a, const Json& b) {
    if (a.is_number() != b.is_number() || a.is_string() != b.is_string())
        throw invalidArgument("'" + printed(a) + "' and '" + printed(b) +
                              "' are of different types");
    return a < b ? -1 : b < a ? 1 : 0;
}

Json eq(const Arguments& a) {
    expectCount(a, 2, SIZE_MAX);
    return std::any_of(a.begin() + 1, a.end(), [&](const Json& b) { return a[0] == b; });
}

Json ne(const Arguments& a) {
    expectCount(a, 2, 2);
    return a[0] != a[1];
}

Json lt(const Arguments& a) {
    expectCount(a, 2, 2);
    return compare(a[0], a[1]) < 0;
}

Json le(const Arguments& a) {
    expectCount(a, 2, 2);
    return compare(a[0], a[1]) <= 0;
}

Json gt(const Arguments& a) {
    expectCount(a, 2, 2);
    return compare(a[0], a[1]) > 0;
}

Json ge(const Arguments& a) {
    expectCount(a, 2, 2);
    return compare(a[0], a[1]) >= 0;
}

Json andAll(const Arguments& a) {
    expectCount(a, 1, SIZE_MAX);
    for (const Json& value : a)
        if (!isTrue(value)) return value;
    return a.back();
}

Json orAll(const Arguments& a) {
    expectCount(a, 1, SIZE_MAX);
    for (const Json& value : a)
        if (isTrue(value)) return value;
    return a.back();
}

Json notOf(const Arguments& a) {
    expectCount(a, 1, 1);
    return !isTrue(a[0]);
}

} // namespace

TemplateFunction findTemplateFunction(const std::string& name) {
    static const std::map<std::string, TemplateFunction> all = {
        {"and", andAll},
        {"eq", eq},
        {"ge", ge},
        {"gt", gt},
        {"index", index},
        {"join", joinAll},
        {"json", toJsonText},
        {"le", le},
        {"len", length},
        {"lower", lower},
        {"lt", lt},
        {"ne", ne},
        {"not", notOf},
        {"or", orAll},
        {"pad", pad},
        {"print", print},
        {"printf", printfAll},
        {"println", println},
        {"slice", slice},
        {"split", splitAll},
        {"title", title},
        {"truncate", truncate},
        {"upper", upper},
    };
    const auto found = all.find(name);
    return found == all.end() ? nullptr : found->second;
}

std::string printed(const Json& value) {
    if (value.is_null()) return "<no value>";
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_structured()) return dumpJson(value);
    std::vector<std::string> parts;
    for (const auto& item : value.items())
        parts.push_back((value.is_object() ? item.key() + ":" : "") + printed(item.value()));
    const std::string inside = join(parts, " ");
    return value.is_object() ? "map[" + inside + "]" : "[" + inside + "]";
}

bool isTrue(const Json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<double>() != 0;
    if (value.is_string()) return !value.get<std::string>().empty();
    return !value.empty();
}

} // namespace ctrd::cli

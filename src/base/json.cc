#include "base/json.h"

#include "base/error.h"

template class nlohmann::basic_json<>;

namespace ctrd {

namespace {

constexpr int kMaxDepth = 256;

const Json kNull;

Error wrongType(const char* key, const char* wanted) {
    return invalidArgument(std::string(key) + ": " + wanted + " is wanted");
}

} // namespace

Json parseJson(std::string_view text, const std::string& what) {
    try {
        const auto limitDepth = [&](int depth, Json::parse_event_t, Json&) {
            if (depth > kMaxDepth)
                throw invalidArgument("invalid JSON in " + what + ": nested too deeply");
            return true;
        };
        return Json::parse(text.begin(), text.end(), limitDepth);
    } catch (const Json::exception& e) {
        throw invalidArgument("invalid JSON in " + what + ": " + e.what());
    }
}

std::string dumpJson(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json& getMember(const Json& object, const char* key) {
    if (object.is_null()) return kNull;
    if (!object.is_object()) throw wrongType(key, "an object around it");
    const auto it = object.find(key);
    return it == object.end() ? kNull : *it;
}

std::string getString(const Json& object, const char* key, const std::string& otherwise) {
    const Json& member = getMember(object, key);
    if (member.is_null()) return otherwise;
    if (!member.is_string()) throw wrongType(key, "a string");
    return member.get<std::string>();
}

int64_t getInt(const Json& object, const char* key, int64_t otherwise) {
    const Json& member = getMember(object, key);
    if (member.is_null()) return otherwise;
    if (member.is_number_float()) {
        const double value = member.get<double>();
        if (value < -9.2e18 || value > 9.2e18 || value != static_cast<double>(int64_t(value)))
            throw wrongType(key, "a whole number");
        return static_cast<int64_t>(value);
    }
    if (!member.is_number()) throw wrongType(key, "a number");
    return member.get<int64_t>();
}

double getDouble(const Json& object, const char* key, double otherwise) {
    const Json& member = getMember(object, key);
    if (member.is_null()) return otherwise;
    if (!member.is_number()) throw wrongType(key, "a number");
    return member.get<double>();
}

bool getBool(const Json& object, const char* key, bool otherwise) {
    const Json& member = getMember(object, key);
    if (member.is_null()) return otherwise;
    if (!member.is_boolean()) throw wrongType(key, "true or false");
    return member.get<bool>();
}

std::vector<std::string> getStrings(const Json& object, const char* key) {
    const Json& member = getMember(object, key);
    if (member.is_null()) return {};
    if (!member.is_array()) throw wrongType(key, "an array of strings");
    std::vector<std::string> strings;
    for (const auto& item : member) {
        if (!item.is_string()) throw wrongType(key, "an array of strings");
        strings.push_back(item.get<std::string>());
    }
    return strings;
}

} // namespace ctrd

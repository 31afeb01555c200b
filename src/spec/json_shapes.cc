#include "spec/json_shapes.h"

#include "base/error.h"
#include "base/json.h"

namespace ctrd::spec {

namespace {

const Json& objectAt(const Json& object, const char* key) {
    const Json& member = getMember(object, key);
    if (!member.is_null() && !member.is_object())
        throw invalidArgument(std::string(key) + ": an object is wanted");
    return member;
}

} // namespace

std::map<std::string, std::string> getStringMap(const Json& object, const char* key) {
    std::map<std::string, std::string> map;
    for (const auto& [name, value] : objectAt(object, key).items()) {
        if (!value.is_string() && !value.is_null())
            throw invalidArgument(std::string(key) + "." + name + ": a string is wanted");
        map[name] = value.is_null() ? "" : value.get<std::string>();
    }
    return map;
}

std::set<std::string> getKeySet(const Json& object, const char* key) {
    std::set<std::string> keys;
    for (const auto& item : objectAt(object, key).items())
        keys.insert(item.key());
    return keys;
}

std::vector<std::string> getStringOrList(const Json& object, const char* key) {
    const Json& member = getMember(object, key);
    if (member.is_string()) return {member.get<std::string>()};
    return getStrings(object, key);
}

Json keySetToJson(const std::set<std::string>& keys) {
    Json object = Json::object();
    for (const auto& key : keys)
        object[key] = Json::object();
    return object;
}

Json listOrNull(const std::vector<std::string>& list) {
    return list.empty() ? Json() : Json(list);
}

} // namespace ctrd::spec

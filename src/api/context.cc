#include "api/context.h"

#include "api/wire/query.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/time.h"

namespace ctrd::api {

std::string Context::text(const std::string& key, const std::string& otherwise) const {
    return http.request().get(key).value_or(otherwise);
}

std::vector<std::string> Context::texts(const std::string& key) const {
    std::vector<std::string> values;
    const auto range = http.request().query.equal_range(key);
    for (auto at = range.first; at != range.second; ++at)
        values.push_back(at->second);
    return values;
}

bool Context::flag(const std::string& key, bool otherwise) const {
    const auto value = http.request().get(key);
    return value ? wire::boolValue(*value) : otherwise;
}

std::optional<int> Context::number(const std::string& key, int least, int most) const {
    const std::string value = text(key);
    if (value.empty()) return std::nullopt;
    return static_cast<int>(wire::intValue(key, value, least, most));
}

int64_t Context::moment(const std::string& key) const {
    const std::string value = text(key);
    return value.empty() ? 0 : parseMoment(value, now());
}

Json Context::jsonBody() const {
    const std::string body = http.body();
    const std::string type = http.request().header("Content-Type");
    const std::string kind = toLower(trim(type.substr(0, type.find(';'))));
    if (kind != kJsonType && !(kind.empty() && body.empty()))
        throw invalidArgument("Content-Type specified (" + type + ") must be 'application/json'");
    if (body.empty()) return {};
    Json json = parseJson(body, "the request's body");
    if (!json.is_object() && !json.is_null())
        throw invalidArgument("invalid JSON in the request's body: an object is wanted");
    return json;
}

void Context::send(int status, const Json& json) const {
    http.respond(status, kJsonType, dumpJson(json) + "\n");
}

void Context::sendShaped(int status, wire::Object object, Json json) const {
    wire::shape(object, version, json);
    send(status, json);
}

void Context::sendShapedList(wire::Object element, Json list) const {
    for (auto& json : list)
        wire::shape(element, version, json);
    send(200, list);
}

void Context::sendNothing(int status) const {
    http.respond(status, kTextType, "");
}

} // namespace ctrd::api

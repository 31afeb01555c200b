#pragma once

#include "api/api.h"
#include "api/http/server.h"
#include "api/wire/shape.h"
#include "api/wire/version.h"
#include "base/json_fwd.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ctrd::api {

// One request for a handler: what was asked, of whom, and how to answer.
class Context {
public:
    http::Exchange& http;
    engine::Engine& engine;
    const Options& options;
    wire::Version version;
    std::map<std::string, std::string> vars; // of the route's pattern

    // What stands for {name} in the path.
    const std::string& name() const { return vars.at("name"); }
    bool atLeast(int minor) const { return version.minor >= minor; }

    // Query parameters; the last three throw InvalidArgument that names the key.
    std::string text(const std::string& key, const std::string& otherwise = "") const;
    std::vector<std::string> texts(const std::string& key) const; // each value of a repeated key
    bool flag(const std::string& key, bool otherwise = false) const;
    std::optional<int> number(const std::string& key, int least, int most) const;
    // Seconds since 1970, RFC 3339 or a duration back from now; 0 where it is missing.
    int64_t moment(const std::string& key) const;

    // The body as JSON, null where it is empty.  InvalidArgument for another content type, broken
    // JSON or anything but an object.
    Json jsonBody() const;

    void send(int status, const Json& json) const;
    // In the form that the client's version knows.
    void sendShaped(int status, wire::Object object, Json json) const;
    void sendShapedList(wire::Object element, Json list) const;
    void sendNothing(int status) const;
};

inline constexpr const char* kJsonType = "application/json";
inline constexpr const char* kTextType = "text/plain; charset=utf-8";

} // namespace ctrd::api

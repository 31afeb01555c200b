#pragma once

#include "api/context.h"

#include <string>

namespace ctrd::api {

using RouteHandler = void (*)(Context&);

struct Route {
    const char* method;
    // Segments; {name} takes one, {name*} one or more, as the names of images have slashes.
    const char* pattern;
    int since;            // the first 1.x that has it
    int until;            // the last one
    RouteHandler handler; // null: not built yet, and `sentence` says so
    const char* sentence;
};

// The route of a request, its variables filled in; null where there is none for this version.
// `path` is without the version; doubled slashes count once.
const Route* findRoute(const std::string& method, const std::string& path, wire::Version version,
                       std::map<std::string, std::string>& vars);

} // namespace ctrd::api

#pragma once

#include "api/http/server.h"

#include <string>
#include <string_view>

namespace ctrd::api::http {

// Of "a%20b"; with `plus`, "+" is a blank as in a query.  InvalidArgument for a broken escape and
// for a NUL, which no name or path can hold.
std::string decodePercent(std::string_view text, bool plus);

// Fills path and query from a request's target: "/a%2Fb?x=1&y", also in the absolute form that
// proxies send ("http://host/a").  Throws as decodePercent.
void parseTarget(std::string_view target, Request& request);

} // namespace ctrd::api::http

#pragma once

#include "api/http/server.h"
#include "api/wire/version.h"
#include "base/error.h"

#include <string>

namespace ctrd::api {

// The one table from kinds of failure to HTTP.
int httpStatus(ErrorKind kind);

// {"message": "…"} from API 1.24 on, the text alone for older clients.
void sendError(http::Exchange& exchange, wire::Version version, int status,
               const std::string& text);

} // namespace ctrd::api

#include "api/error_answer.h"

#include "api/context.h"
#include "base/json.h"

namespace ctrd::api {

int httpStatus(ErrorKind kind) {
    static constexpr std::pair<ErrorKind, int> kStatus[] = {
        {ErrorKind::InvalidArgument, 400}, {ErrorKind::Unauthorized, 401},
        {ErrorKind::NotFound, 404},        {ErrorKind::Conflict, 409},
        {ErrorKind::NotSupported, 501},    {ErrorKind::Unavailable, 503},
        {ErrorKind::Internal, 500},
    };
    for (const auto& [known, status] : kStatus)
        if (known == kind) return status;
    return 500;
}

void sendError(http::Exchange& exchange, wire::Version version, int status,
               const std::string& text) {
    if (version < wire::Version{1, 24})
        exchange.respond(status, kTextType, text + "\n");
    else
        exchange.respond(status, kJsonType, dumpJson({{"message", text}}) + "\n");
}

} // namespace ctrd::api

#include "api/wire/json_stream.h"

#include "base/json.h"

namespace ctrd::api::wire {

void JsonStream::send(const Json& object) {
    if (!begun_) begin_();
    begun_ = true;
    write_(dumpJson(object) + "\r\n");
}

void JsonStream::sendError(const Error& error) {
    send({{"errorDetail", {{"message", error.what()}}}, {"error", error.what()}});
}

} // namespace ctrd::api::wire

#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <functional>
#include <string_view>

namespace ctrd::api::wire {

// Docker's JSON stream: objects one after the other, each on a line, nothing around them.
class JsonStream {
public:
    // `begin` is called before the first object is written.
    using Begin = std::function<void()>;
    using Write = std::function<void(std::string_view)>;

    JsonStream(Begin begin, Write write) : begin_(std::move(begin)), write_(std::move(write)) {}

    void send(const Json& object);
    // What went wrong once the status line is gone: {"errorDetail": {…}, "error": "…"}.
    void sendError(const Error& error);
    bool begun() const { return begun_; }

private:
    Begin begin_;
    Write write_;
    bool begun_ = false;
};

} // namespace ctrd::api::wire

#pragma once

#include "base/json_fwd.h"

#include <functional>
#include <string>
#include <string_view>

namespace ctrd::cli {

class HttpConnection;

// Takes a bare concatenation of JSON objects apart, however the transport cut it.
class JsonSplitter {
public:
    using Sink = std::function<void(const Json& object)>;

    // Throws InvalidArgument for what is no JSON, Internal for an object of more than 64 MiB.
    void feed(std::string_view data, const Sink& sink);

private:
    std::string pending_;
    int depth_ = 0;
    bool inString_ = false, escaped_ = false;
};

// Reads the body of an answer to its end.
void forEachJson(HttpConnection& connection, const JsonSplitter::Sink& sink);

// JSON with one member a line and four blanks of indentation, members in the order of the text: an
// inspection reads in the daemon's order, which a parsed object has lost.
std::string indentJson(std::string_view text);

} // namespace ctrd::cli

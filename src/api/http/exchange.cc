#include "api/http/server.h"
#include "base/error.h"
#include "base/strings.h"

namespace ctrd::api::http {

std::string Request::header(const std::string& name) const {
    const auto found = headers.find(toLower(name));
    return found == headers.end() ? "" : found->second;
}

std::optional<std::string> Request::get(const std::string& key) const {
    // lower_bound: of several values the first that came, which find() does not promise.
    const auto found = query.lower_bound(key);
    if (found == query.end() || found->first != key) return std::nullopt;
    return found->second;
}

std::string Exchange::body(size_t limit) {
    std::string text;
    size_t filled = 0;
    for (;;) {
        text.resize(filled + (16u << 10));
        const size_t n = readBody(&text[filled], text.size() - filled);
        filled += n;
        if (filled > limit)
            throw invalidArgument("the request's body is longer than " + std::to_string(limit) +
                                  " bytes");
        if (n > 0) continue;
        text.resize(filled);
        return text;
    }
}

} // namespace ctrd::api::http

#include "api/http/target.h"

#include "base/error.h"
#include "base/strings.h"

namespace ctrd::api::http {

namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The byte that an escape at `at` stands for.
char unescape(std::string_view text, size_t at) {
    const bool whole = at + 2 < text.size();
    const int high = whole ? hexDigit(text[at + 1]) : -1;
    const int low = whole ? hexDigit(text[at + 2]) : -1;
    if (high < 0 || low < 0)
        throw invalidArgument("invalid URL escape '" + std::string(text.substr(at, 3)) + "'");
    return static_cast<char>(high * 16 + low);
}

std::string_view withoutAuthority(std::string_view target) {
    const size_t scheme = target.find("://");
    if (target.empty() || target[0] == '/' || scheme == std::string_view::npos) return target;
    const size_t slash = target.find('/', scheme + 3);
    return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

} // namespace

std::string decodePercent(std::string_view text, bool plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            c = unescape(text, i);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == '\0') throw invalidArgument("a NUL byte in the URL");
        decoded += c;
    }
    return decoded;
}

void parseTarget(std::string_view target, Request& request) {
    target = withoutAuthority(target);
    target = target.substr(0, target.find('#'));
    const size_t mark = target.find('?');
    request.path = decodePercent(target.substr(0, mark), false);
    if (request.path.empty() || request.path[0] != '/')
        throw invalidArgument("the request's path must begin with a slash");
    if (mark == std::string_view::npos) return;
    for (const auto& part : split(target.substr(mark + 1), '&')) {
        if (part.empty()) continue;
        const size_t equals = part.find('=');
        const std::string value = equals == std::string::npos ? "" : part.substr(equals + 1);
        request.query.emplace(decodePercent(part.substr(0, equals), true),
                              decodePercent(value, true));
    }
}

} // namespace ctrd::api::http

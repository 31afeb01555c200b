#include "cli/json_stream.h"

#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "cli/http_client.h"

namespace ctrd::cli {

namespace {

constexpr size_t kMaxObjectBytes = 64u << 20;

// Copies the string that begins at `at` and moves behind it.
void copyString(std::string_view text, size_t& at, std::string& out) {
    out += text[at++];
    for (bool escaped = false; at < text.size(); ++at) {
        const char c = text[at];
        out += c;
        if (!escaped && c == '"') {
            ++at;
            return;
        }
        escaped = !escaped && c == '\\';
    }
}

bool isBlank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

} // namespace

void JsonSplitter::feed(std::string_view data, const Sink& sink) {
    for (const char c : data) {
        if (depth_ == 0 && isBlank(c)) continue;
        pending_ += c;
        if (inString_) {
            if (!escaped_ && c == '"') inString_ = false;
            escaped_ = !escaped_ && c == '\\';
            continue;
        }
        if (c == '"') inString_ = true;
        if (c == '{' || c == '[') ++depth_;
        if (c == '}' || c == ']') --depth_;
        if (pending_.size() > kMaxObjectBytes)
            throw internalError("the daemon sends an endless JSON object");
        if (depth_ > 0) continue;
        const std::string object = std::exchange(pending_, {});
        sink(parseJson(object, "the daemon's stream"));
    }
}

void forEachJson(HttpConnection& connection, const JsonSplitter::Sink& sink) {
    JsonSplitter splitter;
    for (auto piece = connection.readPiece(); !piece.empty(); piece = connection.readPiece())
        splitter.feed(piece, sink);
}

std::string indentJson(std::string_view text) {
    std::string out;
    size_t depth = 0;
    bool justOpened = false; // behind a bracket that nothing follows yet
    const auto newLine = [&] {
        out += '\n';
        out.append(depth * 4, ' ');
    };
    for (size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (isBlank(c)) {
            ++at;
            continue;
        }
        const bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
        if (closes && depth > 0) --depth;
        // An empty object stays on its line.
        if (justOpened != closes) newLine();
        justOpened = opens;
        if (c == '"') {
            copyString(text, at, out);
            continue;
        }
        ++at;
        out += c;
        if (opens) ++depth;
        if (c == ',') newLine();
        if (c == ':') out += ' ';
    }
    return out;
}

} // namespace ctrd::cli

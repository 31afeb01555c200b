#include "cli/progress.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/size.h"
#include "base/strings.h"
#include "cli/terminal.h"

#include <algorithm>

namespace ctrd::cli {

namespace {

constexpr size_t kBarColumns = 40;

std::string barText(uint64_t current, uint64_t total) {
    std::string bytes = humanSize(static_cast<double>(current));
    if (total == 0) return bytes;
    const size_t filled =
        static_cast<size_t>(kBarColumns * std::min(1.0, double(current) / double(total)));
    std::string bar(filled, '=');
    if (filled < kBarColumns) bar += '>';
    bar.resize(kBarColumns, ' ');
    return "[" + bar + "] " + bytes + "/" + humanSize(static_cast<double>(total));
}

} // namespace

Progress::Progress(int fd) : fd_(fd), terminal_(isTerminal(fd)) {
    width_ = terminal_ ? std::max<size_t>(windowSize(fd).columns, 20) : 0;
}

void Progress::show(const Json& message) {
    const std::string error =
        getString(message, "error", getString(getMember(message, "errorDetail"), "message"));
    if (!error.empty()) throw internalError(error);
    const std::string stream = getString(message, "stream");
    if (!stream.empty()) {
        writeAll(fd_, stream);
        rows_.clear();
        return;
    }
    const std::string status = getString(message, "status"), id = getString(message, "id");
    const Json& detail = getMember(message, "progressDetail");
    if (detail.is_object() && !detail.empty()) {
        bar(id, status, static_cast<uint64_t>(getInt(detail, "current")),
            static_cast<uint64_t>(getInt(detail, "total")));
    } else if (!status.empty()) {
        line(id, id.empty() ? status : id + ": " + status);
    }
}

void Progress::bar(const std::string& id, const std::string& status, uint64_t current,
                   uint64_t total) {
    if (!terminal_) return;
    std::string text = id.empty() ? "" : id + ": ";
    text += status + " " + barText(current, total);
    if (text.size() >= width_) text.resize(width_ - 1);
    line(id.empty() ? status : id, text);
}

// On a terminal each id has a row of its own, which is written anew.
void Progress::line(const std::string& id, const std::string& text) {
    if (!terminal_ || id.empty()) {
        if (shown_[id] != text) writeAll(fd_, text + "\n");
        shown_[id] = id.empty() ? "" : text;
        rows_.clear();
        return;
    }
    const auto [row, isNew] = rows_.emplace(id, rows_.size());
    if (isNew) {
        writeAll(fd_, text + "\n");
        return;
    }
    const std::string up = std::to_string(rows_.size() - row->second);
    writeAll(fd_, "\033[" + up + "A\r\033[K" + text + "\033[" + up + "B\r");
}

} // namespace ctrd::cli

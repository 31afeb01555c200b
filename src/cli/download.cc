#include "cli/download.h"

#include "base/error.h"
#include "base/finally.h"
#include "base/ids.h"
#include "base/path.h"
#include "base/time.h"
#include "cli/progress.h"
#include "cli/terminal.h"

#include <algorithm>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::cli {

namespace {

constexpr int64_t kBarInterval = kSecond / 10;
constexpr size_t kSuffixDigits = 8;

void receiveInto(Exchange& exchange, int fd, Progress* progress) {
    uint64_t received = 0;
    Timestamp shown = 0;
    HttpConnection& connection = exchange.connection();
    for (auto piece = connection.readPiece(); !piece.empty(); piece = connection.readPiece()) {
        writeAll(fd, piece);
        received += piece.size();
        if (progress == nullptr || now() - shown < kBarInterval) continue;
        shown = now();
        progress->bar("", "Receiving", received, 0);
    }
    if (progress != nullptr) progress->bar("", "Receiving", received, 0);
}

// A pipe, a device: what cannot be replaced is written into.
bool isSpecial(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

} // namespace

size_t AnswerSource::read(void* buffer, size_t size) {
    if (piece_.empty()) piece_ = connection_.readPiece();
    const size_t n = std::min(size, piece_.size());
    std::memcpy(buffer, piece_.data(), n);
    piece_.remove_prefix(n);
    return n;
}

void requireNoTerminal(const Context& context, const std::string& wayOut) {
    if (isTerminal(context.streams.out))
        throw invalidArgument("an archive is not written to a terminal: " + wayOut);
}

void receiveArchive(Context& context, const std::string& apiPath, const Query& query,
                    const std::string& path) {
    const bool toOutput = path.empty() || path == "-";
    if (toOutput) requireNoTerminal(context, "name a file with -o, or redirect the output");
    if (isDirectory(path)) throw invalidArgument("'" + path + "' is a directory");
    Exchange exchange = context.api().begin("GET", apiPath, query);
    exchange.head();
    if (toOutput) return receiveInto(exchange, context.streams.out, nullptr);
    Progress bar(context.streams.err);
    if (isSpecial(path))
        return receiveInto(exchange, openFile(path, O_WRONLY | O_CLOEXEC).get(), &bar);
    const std::string part = path + "." + randomHex(kSuffixDigits);
    const Fd file = openFile(part, O_WRONLY | O_CREAT | O_EXCL, 0600);
    Finally removePart([&] { ::unlink(part.c_str()); });
    receiveInto(exchange, file.get(), &bar);
    renamePath(part, path);
    removePart.dismiss();
}

} // namespace ctrd::cli

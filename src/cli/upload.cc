#include "cli/upload.h"

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/json_stream.h"
#include "cli/progress.h"
#include "cli/terminal.h"

#include <algorithm>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::cli {

namespace {

constexpr size_t kPieceBytes = 1u << 20;
constexpr int64_t kBarInterval = kSecond / 10;

// Sends what the file holds, at most as much as was promised.
void sendBody(HttpConnection& connection, const Archive& archive, Progress* progress) {
    const std::unique_ptr<char[]> buffer(new char[kPieceBytes]);
    uint64_t sent = 0;
    Timestamp shown = 0;
    while (!archive.size || sent < *archive.size) {
        size_t wanted = kPieceBytes;
        if (archive.size)
            wanted = static_cast<size_t>(std::min<uint64_t>(wanted, *archive.size - sent));
        const size_t got = readSome(archive.fd, buffer.get(), wanted);
        if (got == 0 && archive.size && sent < *archive.size)
            throw internalError("the archive became shorter while it was read");
        if (got == 0 || !connection.sendBody({buffer.get(), got})) break;
        sent += got;
        if (progress != nullptr && now() - shown > kBarInterval) {
            shown = now();
            progress->bar("", "Sending", sent, archive.size.value_or(0));
        }
    }
    connection.endBody();
    if (progress != nullptr) progress->bar("", "Sending", sent, archive.size.value_or(0));
}

} // namespace

Archive openArchive(const Streams& streams, const std::string& path) {
    Archive archive;
    archive.fd = streams.in;
    if (path.empty() || path == "-") {
        if (isTerminal(streams.in))
            throw invalidArgument(
                "an archive is read from standard input, but that is a terminal: "
                "name a file, or redirect it");
    } else {
        archive.file = openFile(path, O_RDONLY);
        archive.fd = archive.file.get();
    }
    struct stat status = {};
    if (::fstat(archive.fd, &status) != 0) throw SystemError("cannot examine '" + path + "'");
    if (S_ISDIR(status.st_mode)) throw invalidArgument("'" + path + "' is a directory");
    const off_t at = S_ISREG(status.st_mode) ? ::lseek(archive.fd, 0, SEEK_CUR) : -1;
    if (at >= 0 && at <= status.st_size) archive.size = static_cast<uint64_t>(status.st_size - at);
    return archive;
}

void sendArchive(Context& context, const Archive& archive, const std::string& path,
                 const Query& query, bool quiet) {
    Exchange exchange = context.api().beginUpload(path, query, "application/x-tar", archive.size);
    Progress bar(context.streams.err);
    sendBody(exchange.connection(), archive, quiet ? nullptr : &bar);
    exchange.head();
    Progress progress(context.streams.out);
    forEachJson(exchange.connection(), [&](const Json& message) {
        // What moves is for the eye only.
        if (quiet && message.contains("progressDetail")) return;
        progress.show(message);
    });
}

} // namespace ctrd::cli

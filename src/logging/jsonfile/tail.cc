#include "logging/jsonfile/tail.h"

#include "base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace ctrd::logging::jsonfile {

namespace {

constexpr size_t kChunk = 32 * 1024;

size_t readAt(int fd, void* buffer, size_t size, off_t offset) {
    ssize_t n;
    do
        n = pread(fd, buffer, size, offset);
    while (n < 0 && errno == EINTR);
    if (n < 0) throw SystemError("read a log file backwards");
    return static_cast<size_t>(n);
}

// Walks back over newlines; `wanted` is how many may be passed before the one that ends the line
// ahead of the tail.  That one's offset plus one, or -1 where the file begins first.
off_t findBackwards(const LogFile& file, long long& wanted) {
    std::vector<char> chunk(kChunk);
    off_t end = file.size;
    while (end > 0) {
        const off_t start = std::max<off_t>(0, end - static_cast<off_t>(kChunk));
        const auto size = static_cast<size_t>(end - start);
        size_t rest = readAt(file.fd.get(), chunk.data(), size, start);
        while (const void* found = memrchr(chunk.data(), '\n', rest)) {
            rest = static_cast<size_t>(static_cast<const char*>(found) - chunk.data());
            if (wanted-- == 0) return start + static_cast<off_t>(rest) + 1;
        }
        end = start;
    }
    return -1;
}

} // namespace

Position tailPosition(const std::vector<LogFile>& files, long long lines) {
    if (lines < 0 || files.empty()) return {};
    if (lines == 0) return {files.size() - 1, files.back().size};
    long long wanted = lines;
    for (size_t i = files.size(); i-- > 0;) {
        const off_t offset = findBackwards(files[i], wanted);
        if (offset >= 0) return {i, offset};
    }
    return {};
}

} // namespace ctrd::logging::jsonfile

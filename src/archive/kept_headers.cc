#include "archive/kept_headers.h"

#include "archive/copy.h"
#include "base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::archive {

namespace {

// Headers are mostly zeros and text: the fastest level already halves them many times.
constexpr int kLevel = 1;

Fd createIn(int directory, const std::string& name) {
    Fd fd(openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd) throw SystemError("create '" + name + "' for a layer's headers");
    return fd;
}

} // namespace

HeaderKeeper::HeaderKeeper(int keep)
    : keep_(keep),
      file_(createIn(keep, kHeadersFile)),
      fileSink_(file_.get()),
      gzip_(fileSink_, kLevel) {
    gzip_.write(kHeadersMagic.data(), kHeadersMagic.size());
}

void HeaderKeeper::write(const void* data, size_t size) {
    const auto* at = static_cast<const char*>(data);
    while (size > 0) {
        const size_t n = std::min(size, kMaxHeadersRecord - raw_.size());
        raw_.append(at, n);
        at += n;
        size -= n;
        if (raw_.size() == kMaxHeadersRecord) flushRaw();
    }
}

void HeaderKeeper::flushRaw() {
    if (raw_.empty()) return;
    gzip_.write("R", 1);
    number(raw_.size(), 4);
    gzip_.write(raw_.data(), raw_.size());
    raw_.clear();
}

void HeaderKeeper::number(uint64_t value, size_t bytes) {
    char text[8];
    for (size_t i = 0; i < bytes; ++i, value >>= 8)
        text[i] = static_cast<char>(value & 0xff);
    gzip_.write(text, bytes);
}

uint32_t HeaderKeeper::content(const std::string& path, const Entry& entry) {
    flushRaw();
    gzip_.write("C", 1);
    number(path.size(), 4);
    gzip_.write(path.data(), path.size());
    number(entry.extents.size(), 4);
    for (const auto& extent : entry.extents) {
        number(static_cast<uint64_t>(extent.offset), 8);
        number(static_cast<uint64_t>(extent.size), 8);
    }
    return contents_++;
}

void HeaderKeeper::save(uint32_t number, int fd) {
    struct stat st;
    if (fstat(fd, &st) < 0) throw SystemError("look at a file that is replaced");
    copyData(fd, createIn(keep_, std::to_string(number)).get(), st.st_size);
}

void HeaderKeeper::finish() {
    flushRaw();
    gzip_.finish();
}

} // namespace ctrd::archive

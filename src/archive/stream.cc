#include "archive/stream.h"

#include "base/error.h"
#include "base/fd.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace ctrd::archive {

size_t FdSource::read(void* buffer, size_t size) {
    return readSome(fd_, buffer, size);
}

void FdSink::write(const void* data, size_t size) {
    writeAll(fd_, data, size);
}

size_t StringSource::read(void* buffer, size_t size) {
    const size_t n = std::min(size, text_.size() - at_);
    std::memcpy(buffer, text_.data() + at_, n);
    at_ += n;
    return n;
}

void readExactly(Source& source, void* buffer, size_t size, const std::string& what) {
    auto* at = static_cast<char*>(buffer);
    while (size > 0) {
        const size_t n = source.read(at, size);
        if (n == 0) throw invalidArgument(what + " ends early");
        at += n;
        size -= n;
    }
}

int64_t copyAll(Source& source, Sink& sink) {
    std::vector<char> buffer(kStreamBuffer);
    int64_t total = 0;
    while (const size_t n = source.read(buffer.data(), buffer.size())) {
        sink.write(buffer.data(), n);
        total += static_cast<int64_t>(n);
    }
    return total;
}

} // namespace ctrd::archive

#include "logging/jsonfile/writer.h"

#include "base/error.h"
#include "base/log.h"
#include "logging/jsonfile/files.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::logging::jsonfile {

namespace {

// Larger batches are no faster, and their memory would have to be touched first.
constexpr size_t kFullBatch = 128 * 1024;
// An idle writer keeps no more than this.
constexpr size_t kKeptBatch = 4 * 1024;

int64_t sizeOf(int fd) {
    struct stat status {};
    return fstat(fd, &status) < 0 ? 0 : status.st_size;
}

bool endsTorn(int fd, int64_t size) {
    char last = '\n';
    return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

} // namespace

Writer::Writer(std::string path, const Limits& limits) : path_(std::move(path)), limits_(limits) {
    open();
    if (!endsTorn(file_.get(), size_)) return;
    append("\n");
}

Writer::~Writer() {
    try {
        close();
    } catch (const Error& e) {
        log::error(e.what());
    }
}

void Writer::open() {
    file_ = openFile(path_, O_RDWR | O_CREAT | O_APPEND, 0640);
    size_ = sizeOf(file_.get());
}

void Writer::write(const Message& message) {
    const auto pending = static_cast<int64_t>(batch_.size());
    if (limits_.maxSize > 0 && size_ + pending >= limits_.maxSize) {
        flush();
        rotateFile();
    }
    encoder_.append(message, batch_);
    if (batch_.size() >= kFullBatch) flush();
}

void Writer::rotateFile() {
    file_.reset();
    rotate(path_, limits_.maxFiles);
    open();
}

void Writer::flush() {
    if (batch_.empty()) return;
    std::string batch;
    batch.swap(batch_);
    if (!file_) open(); // a rotation failed before
    append(batch);
    // The allocation is kept only while it is small, or still in use by a burst: the allocator
    // hands the same one out again at the next write, and returns it to the kernel when it is idle.
    if (batch.capacity() <= kKeptBatch) {
        batch.clear();
        batch_.swap(batch);
    }
}

void Writer::append(const std::string& batch) {
    size_t done = 0;
    while (done < batch.size()) {
        const ssize_t n = ::write(file_.get(), batch.data() + done, batch.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const int error = errno;
            cutTornLine(batch, done);
            throw SystemError("write to the log '" + path_ + "'", error);
        }
        done += static_cast<size_t>(n);
        size_ += n;
    }
}

void Writer::cutTornLine(const std::string& batch, size_t written) {
    if (written == 0) return;
    const size_t newline = batch.rfind('\n', written - 1);
    const size_t torn = newline == std::string::npos ? written : written - newline - 1;
    const int64_t whole = sizeOf(file_.get()) - static_cast<int64_t>(torn);
    if (torn > 0 && whole >= 0 && ftruncate(file_.get(), whole) == 0) size_ = whole;
}

void Writer::close() {
    if (!file_ && batch_.empty()) return;
    flush();
    file_.reset();
}

std::unique_ptr<Driver> createWriter(const Options& options, const std::string& path) {
    return std::make_unique<Writer>(path, limitsFrom(options));
}

} // namespace ctrd::logging::jsonfile

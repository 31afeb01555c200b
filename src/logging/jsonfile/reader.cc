#include "logging/jsonfile/reader.h"

#include "base/error.h"
#include "base/path.h"
#include "logging/jsonfile/tail.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

namespace ctrd::logging::jsonfile {

namespace {

constexpr size_t kBuffer = 64 * 1024;
// A piece of 16 KiB takes six times that where every byte is escaped; what is longer by far was
// never a line.
constexpr size_t kLongestLine = 4 * 1024 * 1024;

} // namespace

Reader::Reader(std::string path, const ReadOptions& options)
    : path_(std::move(path)), options_(options), buffer_(kBuffer) {
    // Watched before it is looked at: what comes in between is not missed.
    if (options_.follow) waiter_ = std::make_unique<ChangeWaiter>(dirName(path_));
    std::vector<LogFile> files = openLogFiles(path_);
    const Position position = tailPosition(files, options_.tail);
    for (size_t i = position.file; i < files.size(); ++i)
        files_.push_back(std::move(files[i]));
    if (files_.empty()) return;
    LogFile first = std::move(files_.front());
    files_.pop_front();
    begin(std::move(first), position.offset);
}

void Reader::begin(LogFile file, off_t offset) {
    current_ = std::move(file);
    // Without this a reader would never catch up with a container that writes as fast as it reads.
    left_ = options_.follow ? -1 : std::max<off_t>(0, current_.size - offset);
    start_ = end_ = searched_ = 0;
    skipping_ = false;
    if (lseek(current_.fd.get(), offset, SEEK_SET) < 0)
        throw SystemError("seek in '" + path_ + "'");
}

std::optional<Message> Reader::next() {
    std::string_view line;
    Message message;
    while (readLine(line)) {
        if (!decoder_.decode(line, message)) continue;
        if (options_.until != 0 && message.time > options_.until) return std::nullopt;
        if (wanted(message)) return message;
    }
    return std::nullopt;
}

bool Reader::wanted(const Message& message) const {
    if (message.time < options_.since) return false;
    return message.stream == Stream::Stdout ? options_.stdoutWanted : options_.stderrWanted;
}

// The next line that has its newline; false at the end of the log.
bool Reader::readLine(std::string_view& line) {
    for (;;) {
        const char* const from = buffer_.data() + start_;
        const void* newline = std::memchr(from + searched_, '\n', end_ - start_ - searched_);
        if (newline == nullptr) {
            searched_ = end_ - start_;
            if (searched_ >= kLongestLine) {
                skipping_ = true;
                start_ = end_ = searched_ = 0;
            }
            if (!fill()) return false;
            continue;
        }
        const auto length = static_cast<size_t>(static_cast<const char*>(newline) - from);
        start_ += length + 1;
        searched_ = 0;
        if (std::exchange(skipping_, false)) continue;
        line = std::string_view(from, length);
        return true;
    }
}

// More bytes in the buffer; false at the end of the log.
bool Reader::fill() {
    for (;;) {
        // Asked before looking: what was written before stop() is still found.
        const bool last = waiter_ == nullptr || waiter_->stopped() || pastUntil();
        if (readMore()) return true;
        LogFile successor = takeSuccessor();
        if (successor) {
            // Its writer may have added to the old file between the last look and the rotation.
            if (readMore()) {
                files_.push_front(std::move(successor));
                return true;
            }
            // An unfinished line at the end of the old file is dropped with its buffer.
            begin(std::move(successor), 0);
            continue;
        }
        if (last) return false;
        if (!rewound()) waiter_->wait(options_.until);
    }
}

bool Reader::readMore() {
    if (!current_ || left_ == 0) return false;
    if (start_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + start_, end_ - start_);
        end_ -= start_;
        start_ = 0;
    }
    if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
    size_t room = buffer_.size() - end_;
    if (left_ > 0) room = std::min(room, static_cast<size_t>(left_));
    const size_t n = readSome(current_.fd.get(), buffer_.data() + end_, room);
    end_ += n;
    if (left_ > 0) left_ -= static_cast<off_t>(n);
    return n > 0;
}

// The file after `current_`, which was read to its end; empty where there is none yet.
LogFile Reader::takeSuccessor() {
    if (files_.empty()) return options_.follow ? openSuccessor(path_, current_) : LogFile{};
    LogFile successor = std::move(files_.front());
    files_.pop_front();
    return successor;
}

// Somebody else's rotation that copies the file and truncates it: begin again at the top.
bool Reader::rewound() {
    if (!current_) return false;
    const int fd = current_.fd.get();
    struct stat status {};
    if (fstat(fd, &status) < 0 || status.st_size >= lseek(fd, 0, SEEK_CUR)) return false;
    lseek(fd, 0, SEEK_SET);
    start_ = end_ = searched_ = 0;
    return true;
}

bool Reader::pastUntil() const {
    return options_.until != 0 && now() > options_.until;
}

void Reader::stop() {
    if (waiter_ != nullptr) waiter_->stop();
}

std::unique_ptr<logging::Reader> createReader(const std::string& path, const ReadOptions& options) {
    return std::make_unique<Reader>(path, options);
}

} // namespace ctrd::logging::jsonfile

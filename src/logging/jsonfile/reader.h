#pragma once

#include "logging/driver.h"
#include "logging/jsonfile/change_waiter.h"
#include "logging/jsonfile/decoder.h"
#include "logging/jsonfile/files.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace ctrd::logging::jsonfile {

// Reads a log through its rotated files, oldest first.  `tail` counts lines before `since` and the
// streams choose among them, as in Docker; the first line after `until` ends it.
class Reader : public logging::Reader {
public:
    Reader(std::string path, const ReadOptions& options);

    std::optional<Message> next() override;
    void stop() override;

private:
    bool wanted(const Message& message) const;
    bool readLine(std::string_view& line);
    bool fill();
    bool readMore();
    LogFile takeSuccessor();
    bool rewound();
    bool pastUntil() const;
    void begin(LogFile file, off_t offset);

    std::string path_;
    ReadOptions options_;
    std::unique_ptr<ChangeWaiter> waiter_; // of a follower
    std::deque<LogFile> files_;            // still to be read, as they were when this was made
    LogFile current_;
    off_t left_ = -1; // bytes of `current_` to be read; -1: to its end, wherever that is by then
    Decoder decoder_;
    std::vector<char> buffer_;
    size_t start_ = 0, end_ = 0; // what of `buffer_` was read and not yet used
    size_t searched_ = 0;        // how far from start_ there is no newline
    bool skipping_ = false;      // within a line too long to be one
};

std::unique_ptr<logging::Reader> createReader(const std::string& path, const ReadOptions& options);

} // namespace ctrd::logging::jsonfile

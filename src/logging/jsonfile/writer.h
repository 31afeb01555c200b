#pragma once

#include "base/fd.h"
#include "logging/driver.h"
#include "logging/jsonfile/encoder.h"
#include "logging/jsonfile/options.h"

#include <string>

namespace ctrd::logging::jsonfile {

// Collects lines and appends them to the file with one write(2) a batch.
class Writer final : public Driver {
public:
    // Opens `path` for appending (made with mode 0640, as Docker's); a line that an earlier writer
    // left torn is ended, so that the next one is not lost with it.
    Writer(std::string path, const Limits& limits);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() override;

    std::string name() const override { return "json-file"; }
    void write(const Message& message) override;
    // Throws SystemError where the disk is full; the batch is lost then, no torn line stays and the
    // next batch is tried again.
    void flush() override;
    void close() override;

private:
    void open();
    void rotateFile();
    void append(const std::string& batch);
    void cutTornLine(const std::string& batch, size_t written);

    std::string path_;
    Limits limits_;
    Fd file_;
    int64_t size_ = 0;
    Encoder encoder_;
    std::string batch_;
};

std::unique_ptr<Driver> createWriter(const Options& options, const std::string& path);

} // namespace ctrd::logging::jsonfile

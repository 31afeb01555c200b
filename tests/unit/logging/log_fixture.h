#pragma once

#include "base/path.h"
#include "logging/drivers.h"

#include <string>
#include <vector>

namespace ctrd::logging {

// A log in a directory of its own.
struct LogFixture {
    TempDir dir;
    std::string path = joinPath(dir.path(), "x-json.log");

    std::unique_ptr<Driver> writer(const Options& options = {}) const {
        return createWriter("json-file", options, path);
    }
    std::unique_ptr<Reader> reader(const ReadOptions& options = {}) const {
        return createReader("json-file", path, options);
    }
    // The lines of the whole log.
    std::vector<std::string> lines(const ReadOptions& options = {}) const {
        std::vector<std::string> all;
        const auto log = reader(options);
        while (const auto message = log->next())
            all.emplace_back(message->line);
        return all;
    }
};

inline void writeLine(Driver& driver, const std::string& text, Timestamp time = kSecond,
                      Stream stream = Stream::Stdout) {
    driver.write({stream, time, text, false});
}

} // namespace ctrd::logging

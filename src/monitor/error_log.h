#pragma once

#include <string>

namespace ctrd::monitor {

// The monitor's own log: standard error goes to a file, which is removed at the end where nothing
// was said.  ctrd's standard error is let go of: a monitor lives longer than ctrd and must not keep
// its terminal or pipe open.
class ErrorLog {
public:
    // Where the file cannot be opened the words are lost; never throws.
    explicit ErrorLog(std::string path);
    ErrorLog(const ErrorLog&) = delete;
    ErrorLog& operator=(const ErrorLog&) = delete;
    ~ErrorLog();

private:
    std::string path_;
};

} // namespace ctrd::monitor

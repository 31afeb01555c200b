#pragma once

#include "base/json_fwd.h"
#include "cli/command.h"

#include <cstdint>
#include <map>
#include <string>

namespace ctrd::cli {

// Shows the messages of a pull, an import or a load ({"status", "id", "progressDetail", "stream",
// "error"}): with bars that move on a terminal, with a line for each step elsewhere.
class Progress {
public:
    // Writes to `fd`.
    explicit Progress(int fd);

    // Throws Internal with the daemon's words for a message that is an error.
    void show(const Json& message);

    // A bar of our own: `total` 0 where it is not known.  Nothing where `fd` is no terminal.
    void bar(const std::string& id, const std::string& status, uint64_t current, uint64_t total);

private:
    void line(const std::string& id, const std::string& text);

    int fd_;
    bool terminal_;
    size_t width_;
    std::map<std::string, size_t> rows_; // by id, counted from the first
    std::map<std::string, std::string> shown_;
};

} // namespace ctrd::cli

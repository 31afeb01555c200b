#pragma once

#include "base/fd.h"

#include <string>

namespace ctrd::exec::lxc {

// What liblxc complains of, kept in a pipe: no file of it can stay behind.
class Log {
public:
    Log();
    // For liblxc to open; valid in this process.
    std::string path() const;
    // The messages of the last lines; "" where there are none.  Blocks never.
    std::string lastWords() const;

private:
    Pipe pipe_;
};

// The message of "lxc NAME TIME LEVEL CATEGORY - FILE:FUNCTION:LINE - MESSAGE"; the line itself
// where it looks otherwise.
std::string messageOf(const std::string& line);

} // namespace ctrd::exec::lxc

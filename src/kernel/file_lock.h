#pragma once

#include "base/fd.h"

#include <string>

namespace ctrd::kernel {

// Holds flock(2) on a file, made where it is not there, until it goes out of scope; waits for other
// processes and other locks of this one.  The file stays: removing it would let two holders in.
// Throws SystemError.
class FileLock {
public:
    explicit FileLock(const std::string& path);

private:
    Fd fd_;
};

} // namespace ctrd::kernel

#pragma once

#include "base/fd.h"

#include <string>

namespace ctrd::daemon {

// A file that is locked (flock) as long as this lives.  The lock and not the number in it says
// whether a daemon runs: a stale file or a number that another program got since stop nobody.
class LockedFile {
public:
    // Conflict "… is in use by process N" where another holds the lock.
    explicit LockedFile(std::string path);
    LockedFile(const LockedFile&) = delete;
    LockedFile& operator=(const LockedFile&) = delete;
    // Removes the file, then lets go.
    ~LockedFile();

    // Writes this process' number into it.
    void writePid();

private:
    std::string path_;
    Fd fd_;
};

} // namespace ctrd::daemon

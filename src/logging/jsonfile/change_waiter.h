#pragma once

#include "base/fd.h"
#include "base/time.h"

#include <atomic>
#include <string>

namespace ctrd::logging::jsonfile {

// Lets a reader sleep until something changes in the log's directory.
class ChangeWaiter {
public:
    // Watches through inotify; where that is not to be had (the limit of instances is reached, the
    // directory is not there yet) it looks every 100 ms.
    explicit ChangeWaiter(const std::string& directory);

    // Returns after a change since the call before, after stop(), at `until` (0: never) or for no
    // reason.
    void wait(Timestamp until);

    // From any thread; every wait() returns at once from now on.
    void stop();
    bool stopped() const { return stopped_; }

private:
    Fd inotify_;
    Pipe wake_;
    std::atomic<bool> stopped_{false};
};

} // namespace ctrd::logging::jsonfile

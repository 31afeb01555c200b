#include "logging/jsonfile/change_waiter.h"

#include "base/error.h"

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace ctrd::logging::jsonfile {

namespace {

constexpr Timestamp kMillisecond = 1000000;
constexpr Timestamp kPollInterval = 100 * kMillisecond;
// A network file system reports only what this host changed.
constexpr Timestamp kWatchInterval = kSecond;

} // namespace

ChangeWaiter::ChangeWaiter(const std::string& directory) : wake_(Pipe::create()) {
    Fd inotify(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify) return;
    if (inotify_add_watch(inotify.get(), directory.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO) >=
        0)
        inotify_ = std::move(inotify);
}

void ChangeWaiter::wait(Timestamp until) {
    if (stopped_) return;
    Timestamp patience = inotify_ ? kWatchInterval : kPollInterval;
    if (until != 0) patience = std::clamp<Timestamp>(until - now(), 0, patience);
    pollfd sources[] = {{wake_.readEnd.get(), POLLIN, 0}, {inotify_.get(), POLLIN, 0}};
    const int timeout = static_cast<int>((patience + kMillisecond - 1) / kMillisecond);
    if (poll(sources, 2, timeout) < 0 && errno != EINTR) throw SystemError("wait for the log");
    char events[4096];
    while (inotify_ && read(inotify_.get(), events, sizeof events) > 0) {
    }
}

void ChangeWaiter::stop() {
    if (stopped_.exchange(true)) return;
    const ssize_t ignored = write(wake_.writeEnd.get(), "", 1); // an empty pipe takes it
    static_cast<void>(ignored);
}

} // namespace ctrd::logging::jsonfile

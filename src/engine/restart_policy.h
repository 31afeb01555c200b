#pragma once

#include "spec/host_config.h"

#include <cstdint>
#include <optional>

namespace ctrd::engine {

// One run of a container, ended.
struct EndedRun {
    int exitCode = 0;
    int64_t duration = 0; // nanoseconds
    bool stoppedByHand = false;
};

// What a container's restart policy has seen since it was last started by hand.
struct RestartHistory {
    int restarts = 0;
    int64_t lastDelay = 0; // nanoseconds; 0: none yet
};

// How long to wait before the container runs again, in nanoseconds; nothing where it stays ended.
// The delay starts at 100 ms and doubles up to a minute; a run of more than 10 s starts it over.
// Advances `history`.
std::optional<int64_t> restartDelay(const spec::RestartPolicy& policy, const EndedRun& run,
                                    RestartHistory& history);

// Whether a container that is not running when ctrd starts is to be started, as Docker does it:
// `always` even after a stop by hand, `unless-stopped` not then, `on-failure` after a failure
// within its bound.
bool startsWithDaemon(const spec::RestartPolicy& policy, const EndedRun& lastRun, int restarts);

} // namespace ctrd::engine

#include "engine/restart_policy.h"

#include "base/time.h"

#include <algorithm>

namespace ctrd::engine {

namespace {

constexpr int64_t kFirstDelay = kSecond / 10;
constexpr int64_t kLongestDelay = 60 * kSecond;
constexpr int64_t kHealthyRun = 10 * kSecond;

bool mayRetry(const spec::RestartPolicy& policy, int exitCode, int restarts) {
    return exitCode != 0 && (policy.maximumRetryCount == 0 || restarts < policy.maximumRetryCount);
}

} // namespace

std::optional<int64_t> restartDelay(const spec::RestartPolicy& policy, const EndedRun& run,
                                    RestartHistory& history) {
    const bool again =
        !run.stoppedByHand &&
        (policy.name == "always" || policy.name == "unless-stopped" ||
         (policy.name == "on-failure" && mayRetry(policy, run.exitCode, history.restarts)));
    if (!again) return std::nullopt;
    if (history.lastDelay == 0 || run.duration > kHealthyRun)
        history.lastDelay = kFirstDelay;
    else
        history.lastDelay = std::min(2 * history.lastDelay, kLongestDelay);
    ++history.restarts;
    return history.lastDelay;
}

bool startsWithDaemon(const spec::RestartPolicy& policy, const EndedRun& lastRun, int restarts) {
    if (policy.name == "always") return true;
    if (policy.name == "unless-stopped") return !lastRun.stoppedByHand;
    return policy.name == "on-failure" && !lastRun.stoppedByHand &&
           mayRetry(policy, lastRun.exitCode, restarts);
}

} // namespace ctrd::engine

#include "base/error.h"
#include "base/log.h"
#include "base/signals.h"
#include "engine/engine_impl.h"

#include <csignal>
#include <limits>

namespace ctrd::engine {

namespace {

constexpr int kDefaultTimeout = 10;         // seconds, as Docker
constexpr int64_t kKillTime = 30 * kSecond; // the kernel may be slow to free a large process
constexpr int64_t kForEver = std::numeric_limits<int64_t>::max() / 4;

bool endedSince(const Container::Data& data, uint64_t endings) {
    return data.endings != endings || data.removed;
}

// A frozen process handles no signal, not even KILL on a v1 freezer, until it is thawed.
void thaw(EngineImpl& engine, Container& container) {
    const auto operation = container.operate();
    if (container.status() != Status::Paused) return;
    engine.monitorOf(container)->unpause();
    container.become(Status::Running);
}

// The end may come between the look and the signal; then there is nobody to signal any more.
void signalAndThaw(EngineImpl& engine, Container& container, int signal) {
    try {
        engine.sendSignal(container, signal);
        thaw(engine, container);
    } catch (const Error& e) {
        log::debug("container " + container.id() + ": " + e.what());
    }
}

int64_t nanoseconds(int seconds) {
    return seconds < 0 ? kForEver : seconds * kSecond;
}

// Whether it runs; if so its policy will not start it again.  `endings` as of now.
bool beginStop(EngineImpl& engine, Container& container, uint64_t& endings, bool& calledOff) {
    const auto operation = container.operate();
    endings = container.lock()->endings;
    calledOff = engine.callOffRestart(container);
    const bool running = container.isRunning();
    if ((running || calledOff) && !engine.halting) container.lock()->run.stoppedByHand = true;
    // Remembered now for `unless-stopped`: ctrd may be gone when the container ends.
    const std::string policy = container.lock()->record.hostConfig.restartPolicy.name;
    if (calledOff || (running && !policy.empty() && policy != "no")) engine.saveRun(container);
    return running;
}

} // namespace

void EngineImpl::killAndWait(const ContainerPtr& container) {
    uint64_t endings = 0;
    bool calledOff = false;
    if (!beginStop(*this, *container, endings, calledOff)) return;
    signalAndThaw(*this, *container, SIGKILL);
    const auto ended = [&](const Container::Data& data) { return endedSince(data, endings); };
    if (!container->waitFor(kKillTime, ended))
        throw unavailable("container " + container->id() + " did not end " +
                          std::to_string(kKillTime / kSecond) + " seconds after SIGKILL");
}

bool EngineImpl::stop(const ContainerPtr& container, std::optional<int> timeout,
                      const std::string& signal) {
    const spec::ContainerConfig config = container->lock()->record.config;
    const std::string name = !signal.empty() ? signal : config.stopSignal;
    const int number = name.empty() ? SIGTERM : signalNumber(name);
    const int seconds = timeout.value_or(config.stopTimeout.value_or(kDefaultTimeout));

    uint64_t endings = 0;
    bool calledOff = false;
    if (!beginStop(*this, *container, endings, calledOff)) return calledOff;
    signalAndThaw(*this, *container, number);
    const auto ended = [&](const Container::Data& data) { return endedSince(data, endings); };
    if (!container->waitFor(nanoseconds(seconds), ended)) killAndWait(container);
    emit(*container, "stop");
    return true;
}

bool Engine::stop(const std::string& ref, std::optional<int> timeout, const std::string& signal) {
    return impl_->stop(impl_->containers.find(ref), timeout, signal);
}

} // namespace ctrd::engine

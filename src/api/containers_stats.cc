#include "api/handlers.h"
#include "api/stats_json.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/engine.h"

#include <algorithm>
#include <chrono>

namespace ctrd::api {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPeriod{1000};

// Takes one sample after the other.
class Sampler {
public:
    Sampler(engine::Engine& engine, std::string id)
        : engine_(engine), id_(std::move(id)), memoryTotal_(engine.info().memoryTotal) {}

    Json next();
    // Whether the last sample came of a running container.
    bool sampled() const { return last_.read != 0; }

private:
    engine::StatsView take() const;

    engine::Engine& engine_;
    const std::string id_;
    const int64_t memoryTotal_;
    engine::StatsView last_;
};

// Zeros where the container does not run; NotFound once it is removed.
engine::StatsView Sampler::take() const {
    const auto view = engine_.inspect(id_);
    engine::StatsView nothing;
    nothing.id = view.id;
    nothing.name = view.name;
    const auto status = view.state.status;
    if (status != engine::Status::Running && status != engine::Status::Paused) return nothing;
    try {
        return engine_.stats(id_);
    } catch (const Error& e) {
        // It ended between the two calls.
        if (e.kind() != ErrorKind::Conflict && e.kind() != ErrorKind::Unavailable) throw;
        return nothing;
    }
}

Json Sampler::next() {
    const auto sample = take();
    Json json = statsJson(sample, last_, memoryTotal_);
    last_ = sample;
    return json;
}

void sendOne(const Context& c, Sampler& sampler, bool comparable) {
    Json json = sampler.next();
    if (comparable && sampler.sampled()) {
        if (c.http.clientGone(static_cast<int>(kPeriod.count())))
            throw unavailable("the client went away");
        json = sampler.next();
    }
    c.sendShaped(200, wire::Object::Stats, std::move(json));
}

void sendForever(const Context& c, Sampler& sampler) {
    auto due = Clock::now();
    c.http.beginStream(200, kJsonType);
    for (;;) {
        Json json = sampler.next();
        wire::shape(wire::Object::Stats, c.version, json);
        c.http.write(dumpJson(json) + "\n");
        due = std::max(due + kPeriod, Clock::now());
        const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(due - Clock::now());
        if (c.http.clientGone(static_cast<int>(wait.count()))) return;
    }
}

} // namespace

void containerStats(Context& c) {
    const bool stream = c.flag("stream", true);
    const bool oneShot = c.atLeast(41) && c.flag("one-shot");
    if (stream && oneShot) throw invalidArgument("cannot have stream=true and one-shot=true");
    Sampler sampler(c.engine, c.engine.inspect(c.name()).id);
    stream ? sendForever(c, sampler) : sendOne(c, sampler, !oneShot);
}

} // namespace ctrd::api

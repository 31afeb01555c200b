#include "cli/attachment.h"

#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/signals.h"

#include <poll.h>

namespace ctrd::cli {

namespace {

// After the streams have ended: how long the exit may take to be reported before it is asked
// whether the container runs on without us.
constexpr int kExitGraceMilliseconds = 200;

std::string flag(bool on) {
    return on ? "1" : "0";
}

Exchange beginAttach(Context& context, const std::string& id, const AttachOptions& options) {
    Query query = {{"stream", "1"},
                   {"stdin", flag(options.in)},
                   {"stdout", flag(options.out)},
                   {"stderr", flag(options.err)}};
    if (!options.detachKeys.empty()) query.emplace_back("detachKeys", options.detachKeys);
    return context.api().begin("POST", "/containers/" + id + "/attach", query, nullptr, true);
}

void tellWindowSize(Context& context, const std::string& resizePath) {
    const WindowSize size = windowSize(context.streams.out);
    if (!size.known()) return;
    try {
        context.api().post(resizePath,
                           {{"h", std::to_string(size.rows)}, {"w", std::to_string(size.columns)}});
    } catch (const Error& e) {
        // It may have ended by now.
        log::debug(std::string("cannot tell the window size: ") + e.what());
    }
}

void forwardSignal(Context& context, const std::string& id, int signal) {
    try {
        context.api().post("/containers/" + id + "/kill", {{"signal", signalName(signal)}});
    } catch (const Error& e) {
        log::debug("cannot forward " + signalName(signal) + ": " + e.what());
    }
}

// Detaching ends the streams as the container's end does.
bool runsOn(Context& context, const std::string& id, Exchange& wait) {
    if (wait.connection().hasBuffered()) return false;
    pollfd watched = {wait.connection().fd(), POLLIN, 0};
    if (::poll(&watched, 1, kExitGraceMilliseconds) > 0) return false;
    try {
        const Json container = context.api().get("/containers/" + id + "/json");
        return getBool(getMember(container, "State"), "Running");
    } catch (const ApiError&) {
        return false;
    }
}

// The body of the wait.
std::string readExit(Exchange& wait, const std::string& id) {
    try {
        return wait.connection().readBody();
    } catch (const Error& e) {
        if (!isDaemonGone(e)) throw;
        throw unavailable("the connection to the daemon is lost; the container " + shortId(id) +
                          " goes on without it (ctr attach, once the daemon is back)");
    }
}

int exitCodeFrom(Context& context, const std::string& body) {
    const Json result = parseJson(body, "the daemon's report of the exit");
    const std::string error = getString(getMember(result, "Error"), "Message");
    if (!error.empty()) {
        context.complain(error);
        return kExitUsage;
    }
    return static_cast<int>(getInt(result, "StatusCode"));
}

} // namespace

std::vector<int> sessionSignals(const AttachOptions& options) {
    if (options.tty) return {SIGWINCH};
    return options.signals ? proxiedSignals() : std::vector<int>{};
}

void copyStreams(Context& context, HttpConnection::Raw connection, const AttachOptions& options,
                 const std::string& resizePath, SignalQueue& signals,
                 const std::function<void(int)>& onSignal) {
    std::optional<RawMode> raw;
    if (options.tty && options.in && isTerminal(context.streams.in))
        raw.emplace(context.streams.in);
    if (options.tty) tellWindowSize(context, resizePath);
    SessionOptions copied;
    copied.in = options.in;
    copied.out = options.out || options.err;
    copied.tty = options.tty;
    Session session(context.streams, std::move(connection), copied);
    session.run(&signals, [&](int signal) {
        if (options.tty)
            tellWindowSize(context, resizePath);
        else
            onSignal(signal);
    });
}

int runAttached(Context& context, const std::string& id, const AttachOptions& options,
                const std::function<void()>& start) {
    // Both on their way before either is waited for: one round trip less.
    Exchange attach = beginAttach(context, id, options);
    Exchange wait = context.api().begin("POST", "/containers/" + id + "/wait",
                                        {{"condition", options.condition}});
    attach.head();
    wait.head();
    // From before the start: a ctrl-c that comes during it is the container's.
    SignalQueue signals(sessionSignals(options));
    start();
    copyStreams(context, attach.hijack(), options, "/containers/" + id + "/resize", signals,
                [&](int signal) { forwardSignal(context, id, signal); });
    const bool canDetach = options.tty && options.in;
    if (canDetach && runsOn(context, id, wait)) return 0;
    return exitCodeFrom(context, readExit(wait, id));
}

} // namespace ctrd::cli

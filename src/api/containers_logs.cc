#include "api/handlers.h"
#include "api/log_stream.h"
#include "base/error.h"
#include "base/strings.h"
#include "engine/engine.h"

namespace ctrd::api {

namespace {

// "all", a number; what is no number means all, as with Docker.
long long tailOf(const std::string& text) {
    const auto lines = parseInt(text);
    return lines && *lines >= 0 ? *lines : -1;
}

} // namespace

void containerLogs(Context& c) {
    logging::ReadOptions wanted;
    wanted.stdoutWanted = c.flag("stdout");
    wanted.stderrWanted = c.flag("stderr");
    wanted.follow = c.flag("follow");
    wanted.tail = tailOf(c.text("tail", "all"));
    wanted.since = c.moment("since");
    wanted.until = c.moment("until");
    if (!wanted.stdoutWanted && !wanted.stderrWanted)
        throw invalidArgument("Bad parameters: you must choose at least one stream");
    const auto view = c.engine.inspect(c.name());
    const LogFormat format{!view.config.tty, c.flag("timestamps"), c.flag("details")};
    const auto reader = c.engine.logs(view.id, wanted);
    c.http.beginStream(200, streamType(c.version, view.config.tty));
    wanted.follow ? followLog(*reader, format, c.http) : sendLog(*reader, format, c.http);
}

} // namespace ctrd::api

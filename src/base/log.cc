#include "base/log.h"

#include "base/error.h"
#include "base/time.h"

#include <atomic>

#include <syslog.h>
#include <unistd.h>

namespace ctrd::log {

namespace {

constexpr const char* kNames[] = {"debug", "info", "warning", "error", "fatal"};

constexpr int kPriorities[] = {LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERR, LOG_CRIT};

std::atomic<Level> threshold{Level::Info};
std::atomic<bool> toSyslog{false};

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out + '"';
}

void write(Level level, const std::string& text) {
    if (level < threshold) return;
    if (toSyslog) return syslog(kPriorities[static_cast<int>(level)], "%s", text.c_str());
    const std::string line = "time=\"" + formatTime(now()) +
                             "\" level=" + kNames[static_cast<int>(level)] +
                             " msg=" + quoted(text) + "\n";
    // One write(2) a line, so that lines of several threads and processes do not mix.  There is
    // nowhere left to report a failure to.
    const ssize_t ignored = ::write(STDERR_FILENO, line.data(), line.size());
    static_cast<void>(ignored);
}

} // namespace

void setLevel(Level level) {
    threshold = level;
}

void useSyslog(const char* name) {
    openlog(name, LOG_PID, LOG_DAEMON);
    toSyslog = true;
}

Level level() {
    return threshold;
}

Level levelFromName(const std::string& name) {
    if (name == "warn") return Level::Warn;
    for (int i = 0; i < 5; ++i)
        if (name == kNames[i]) return static_cast<Level>(i);
    throw invalidArgument("unknown log level '" + name +
                          "': debug, info, warn, error or fatal is wanted");
}

void debug(const std::string& text) {
    write(Level::Debug, text);
}
void info(const std::string& text) {
    write(Level::Info, text);
}
void warn(const std::string& text) {
    write(Level::Warn, text);
}
void error(const std::string& text) {
    write(Level::Error, text);
}

} // namespace ctrd::log

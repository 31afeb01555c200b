#include "daemon/background.h"

#include "base/error.h"
#include "daemon/own_log.h"

#include <cstdlib>
#include <iostream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::daemon {

namespace {

constexpr const char* kReady = "ready";

// In the process that the admin started.
[[noreturn]] void awaitReport(Fd report, const std::string& logFile) {
    const std::string text = readAll(report.get());
    if (text == kReady) std::exit(0);
    std::cerr << "ctrd: "
              << (text.empty() ? "ended before it was ready; see '" + logFile + "'" : text) << "\n";
    std::exit(1);
}

} // namespace

Background Background::enter(const std::string& logFile) {
    const Fd null = openFile("/dev/null", O_RDWR);
    Pipe pipe = Pipe::create();
    const pid_t pid = fork();
    if (pid < 0) throw SystemError("fork");
    if (pid > 0) {
        pipe.writeEnd.reset();
        awaitReport(std::move(pipe.readEnd), logFile);
    }
    Background background;
    background.report_ = std::move(pipe.writeEnd);
    setsid();
    dup2(null.get(), STDIN_FILENO);
    try {
        openLog(logFile);
    } catch (const Error& e) {
        background.failed(e.what());
        std::exit(1);
    }
    return background;
}

void Background::ready() {
    if (report_) writeAll(report_.get(), kReady);
    report_.reset();
}

void Background::failed(const std::string& reason) {
    if (report_) writeAll(report_.get(), reason);
    report_.reset();
}

} // namespace ctrd::daemon

#include "exec/setup/report.h"

#include "base/strings.h"

#include <csignal>

#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace ctrd::exec::setup {

namespace {

constexpr char kReady = '+'; // all is set up, what is left is execve

// Where this process says what failed.
int reportDescriptor = -1;

std::string describe(int exitCode, ErrorKind kind, const std::string& text) {
    return std::to_string(exitCode) + " " + kindName(kind) + " " + text;
}

} // namespace

std::string describeFailure(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const StartError& e) {
        return describe(e.exitCode(), e.kind(), e.what());
    } catch (const Error& e) {
        return describe(kNotStarted, e.kind(), e.what());
    } catch (const std::exception& e) {
        return describe(kNotStarted, ErrorKind::Internal, e.what());
    }
}

// The text may hold anything.
StartError parseFailure(const std::string& description) {
    const auto code = splitOnce(description, ' ');
    const auto kind = code ? splitOnce(code->second, ' ') : std::nullopt;
    if (!kind)
        return {ErrorKind::Internal, "the container's process failed: " + description, kNotStarted};
    return {kindFromName(kind->first), kind->second,
            static_cast<int>(parseInt(code->first).value_or(kNotStarted))};
}

StartError killedWhileSetUp() {
    return {ErrorKind::Internal,
            "the container's process was killed while it was being set up; is its memory limit too "
            "small?",
            kNotStarted};
}

void runReporting(int descriptor, const std::function<void()>& body) {
    reportDescriptor = descriptor;
    try {
        body();
        throw internalError("the container's process has no program");
    } catch (const std::exception&) {
        const std::string failure = describeFailure(std::current_exception());
        try {
            writeAll(reportDescriptor, failure);
        } catch (const std::exception&) {
            // Nobody is left to hear it.
        }
    }
    _exit(kNotStarted);
}

void announceProgram() {
    writeAll(reportDescriptor, &kReady, sizeof kReady);
}

void dieWithParent() {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        throw SystemError("tie the container's process to its monitor");
    // getppid() cannot tell from within a pid namespace; the far end of the pipe can.
    pollfd pipe{reportDescriptor, 0, 0};
    if (poll(&pipe, 1, 0) > 0 && (pipe.revents & POLLERR) != 0) _exit(kNotStarted);
}

void awaitProgram(const Fd& report) {
    const std::string message = readAll(report.get());
    if (message.empty()) throw killedWhileSetUp();
    const bool ready = message[0] == kReady;
    if (!ready || message.size() > 1) throw parseFailure(message.substr(ready ? 1 : 0));
}

} // namespace ctrd::exec::setup

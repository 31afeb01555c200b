#include "base/atomic_file.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/process.h"
#include "monitor/monitor.h"

#include <csignal>

// From the process' end to the monitor's; monitor.h has the order.
namespace ctrd::monitor {

namespace {

// Processes that were killed are gone at once, unless the kernel is stuck in them.
constexpr int64_t kExecPatience = 10000; // milliseconds
constexpr int kKilled = 128 + SIGKILL;

} // namespace

void Monitor::childEnded(pid_t pid, int rawStatus) {
    if (pid == child_) return containerEnded(rawStatus);
    for (const auto& entry : execs_)
        if (entry.second.pid == pid && !entry.second.ended)
            return execEnded(entry.first, WaitStatus{rawStatus}.code());
}

void Monitor::execEnded(const std::string& execId, int exitCode) {
    Exec& exec = execs_.at(execId);
    exec.ended = true;
    exec.exitCode = exitCode;
    exec.io->drain();
    exec.io->whenFlushed([this, execId] {
        Event event;
        event.kind = Event::Kind::ExecExit;
        event.execId = execId;
        event.exitCode = execs_.at(execId).exitCode;
        broadcast(event);
        whenAcknowledged(execId, [this, execId] {
            execs_.at(execId).io->close();
            execs_.erase(execId);
            finishWhenAlone();
        });
    });
}

void Monitor::containerEnded(int rawStatus) {
    pid_ = 0;
    child_ = 0;
    state_ = State::Ended;
    record_.finishedAt = now();
    record_.status = driver_->exitStatus(rawStatus);
    io_->drain();
    log_->finish();
    writeExitRecord();
    endExecs();
    finishWhenAlone();
}

// In a pid namespace of its own the kernel has killed them; otherwise they have lost their
// container all the same.
void Monitor::endExecs() {
    for (const auto& entry : execs_)
        if (!entry.second.ended) ::kill(entry.second.pid, SIGKILL);
    patienceTimer_ = loop_.after(kExecPatience, [this] {
        for (const auto& entry : execs_)
            if (!entry.second.ended) execEnded(entry.first, kKilled);
    });
}

void Monitor::finishWhenAlone() {
    if (state_ == State::Ended && execs_.empty() && !std::exchange(finishing_, true)) finish();
}

void Monitor::finish() {
    patienceTimer_ = {};
    // The kernel signals it once more when the cgroup goes.
    oomWatch_.reset();
    driver_->clean(request_.command);
    closeListener();
    io_->whenFlushed([this] {
        Event event;
        event.kind = Event::Kind::Exit;
        event.exit = record_;
        broadcast(event);
        whenAcknowledged("", [this] { leave(); });
    });
}

void Monitor::closeListener() {
    if (!listener_) return;
    listenerWatch_.reset();
    listener_.reset();
    try {
        removePath(socketPath(request_.runDirectory, request_.command.id));
    } catch (const SystemError& e) {
        log::warn(e.what());
    }
}

void Monitor::writeExitRecord() const {
    try {
        writeFileAtomic(joinPath(request_.stateDirectory, kExitRecordName),
                        dumpJson(toJson(record_)) + "\n");
    } catch (const SystemError& e) {
        log::error(e.what());
    }
}

void Monitor::leave() {
    if (io_) io_->close();
    loop_.stop();
}

} // namespace ctrd::monitor

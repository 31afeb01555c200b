#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "monitor/monitor.h"

#include <csignal>

#include <unistd.h>

// What ctrd may ask for: one method per operation of the table.
namespace ctrd::monitor {

namespace {

Json okay() {
    return {{"ok", true}};
}

uint16_t getSize(const Json& request, const char* key) {
    const int64_t value = getInt(request, key);
    if (value < 0 || value > UINT16_MAX)
        throw invalidArgument(std::string(key) + ": a number from 0 to 65535 is wanted");
    return static_cast<uint16_t>(value);
}

Fd takeFd(std::vector<Fd>& fds) {
    return fds.empty() ? Fd() : std::move(fds.front());
}

} // namespace

const Monitor::Operation Monitor::kOperations[] = {
    {"launch", &Monitor::launch},
    {"attach", &Monitor::attach},
    {"start", &Monitor::start},
    {"state", &Monitor::state},
    {"subscribe", &Monitor::subscribe},
    {"acknowledge", &Monitor::acknowledge},
    {"signal", &Monitor::signal},
    {"resize", &Monitor::resize},
    {"pause", &Monitor::pause},
    {"unpause", &Monitor::unpause},
    {"exec", &Monitor::exec},
    {"signalExec", &Monitor::signalExec},
    {"resizeExec", &Monitor::resizeExec},
    {"pids", &Monitor::pids},
    {"stats", &Monitor::stats},
    {"update", &Monitor::update},
};

void Monitor::answer(Channel& channel, Packet packet) {
    Json reply;
    try {
        const Json request = parseJson(packet.bytes, "a request to the monitor");
        packet.bytes = std::string();
        reply = handle(channel, request, packet.fds);
    } catch (const std::exception& e) {
        reply = errorReply(e);
    }
    if (!reply.is_null()) channel.send(dumpJson(reply));
}

Json Monitor::handle(Channel& channel, const Json& request, std::vector<Fd>& fds) {
    const std::string name = getString(request, "op");
    for (const auto& operation : kOperations)
        if (name == operation.name) return (this->*operation.handler)(channel, request, fds);
    throw notSupported("the monitor of this container cannot '" + name +
                       "': it was started by an older ctrd");
}

void Monitor::requireRunning() const {
    if (state_ != State::Running)
        throw conflict("container " + request_.command.id + " is not running");
}

Json Monitor::launch(Channel& channel, const Json& request, std::vector<Fd>&) {
    // Has no reply of its own: what goes wrong is the answer to what follows.
    try {
        if (&channel != launchChannel_ || driver_ || launchError_)
            throw conflict("a monitor is launched once");
        prepare(launchRequestFromJson(request));
    } catch (const std::exception&) {
        launchError_ = std::current_exception();
    }
    return {};
}

Json Monitor::attach(Channel&, const Json& request, std::vector<Fd>& fds) {
    if (launchError_) std::rethrow_exception(launchError_);
    if (state_ == State::Ended || !io_) requireRunning();
    if (fds.empty()) throw invalidArgument("attach: a descriptor is wanted");
    io_->attach(attachRequestFromJson(request), takeFd(fds));
    return okay();
}

Json Monitor::start(Channel& channel, const Json&, std::vector<Fd>& fds) {
    if (state_ != State::Launched) throw conflict("the container was started already");
    try {
        if (launchError_) std::rethrow_exception(launchError_);
        startContainer(takeFd(fds));
    } catch (const exec::StartError& e) {
        fail(e);
        throw;
    } catch (const Error& e) {
        const exec::StartError error(e.kind(), e.what(), 125);
        fail(error);
        throw error;
    }
    channel.subscribed = true;
    return state(channel, {}, fds);
}

Json Monitor::state(Channel&, const Json&, std::vector<Fd>&) {
    requireRunning();
    Json reply = {
        {"ok", true}, {"pid", pid_}, {"startedAt", record_.startedAt}, {"monitor", getpid()}};
    reply.update(protocolRange());
    return reply;
}

Json Monitor::subscribe(Channel& channel, const Json&, std::vector<Fd>&) {
    channel.subscribed = true;
    Json reply = okay();
    reply.update(protocolRange());
    return reply;
}

Json Monitor::acknowledge(Channel& channel, const Json& request, std::vector<Fd>&) {
    const std::string execId = getString(request, "execId");
    const auto it = unacknowledged_.find(execId);
    if (it != unacknowledged_.end()) it->second.waiting.erase(&channel);
    settleAcknowledged(execId);
    return {};
}

Json Monitor::signal(Channel&, const Json& request, std::vector<Fd>&) {
    requireRunning();
    driver_->signal(static_cast<int>(getInt(request, "signal")));
    return okay();
}

Json Monitor::resize(Channel&, const Json& request, std::vector<Fd>&) {
    requireRunning();
    io_->resize(getSize(request, "rows"), getSize(request, "columns"));
    return okay();
}

Json Monitor::pause(Channel&, const Json&, std::vector<Fd>&) {
    requireRunning();
    driver_->pause();
    return okay();
}

Json Monitor::unpause(Channel&, const Json&, std::vector<Fd>&) {
    requireRunning();
    driver_->unpause();
    return okay();
}

Json Monitor::exec(Channel&, const Json& json, std::vector<Fd>& fds) {
    requireRunning();
    ExecRequest request = execRequestFromJson(json);
    if (request.execId.empty() || execs_.count(request.execId) > 0)
        throw conflict("exec id '" + request.execId + "' is in use");
    parseDetachKeys(request.attach.detachKeys); // before there is a process
    Fd client = takeFd(fds);
    ProcessIo::Settings settings;
    settings.tty = request.process.tty;
    settings.ttyOf = pid_;
    settings.rows = request.process.rows;
    settings.columns = request.process.columns;
    settings.input = client && request.attach.in;
    settings.inputOnce = true;
    settings.output = client && request.attach.out;
    settings.error = client && request.attach.err;
    ProcessIo::Listener listener;
    listener.detached = [this, id = request.execId] {
        Event event;
        event.kind = Event::Kind::Detach;
        event.execId = id;
        broadcast(event);
    };
    Exec exec;
    exec.io = std::make_unique<ProcessIo>(loop_, buffer_, settings, std::move(listener));
    exec.pid = driver_->exec(request.process, exec.io->takeStdio());
    ProcessIo& io = *exec.io;
    const pid_t pid = exec.pid;
    execs_.emplace(request.execId, std::move(exec));
    // Only now: where the exec fails, the client is still ctrd's, which tells it why.
    if (client) io.attach(request.attach, std::move(client));
    return {{"ok", true}, {"pid", pid}};
}

Monitor::Exec& Monitor::runningExec(const Json& request) {
    requireRunning();
    const std::string id = getString(request, "execId");
    const auto it = execs_.find(id);
    if (it == execs_.end() || it->second.ended) throw notFound("exec '" + id + "' is not running");
    return it->second;
}

Json Monitor::signalExec(Channel&, const Json& request, std::vector<Fd>&) {
    const Exec& exec = runningExec(request);
    const int number = static_cast<int>(getInt(request, "signal"));
    // Ours to reap, so the number is still its own.
    if (::kill(exec.pid, number) < 0)
        throw SystemError("send signal " + std::to_string(number) + " to process " +
                          std::to_string(exec.pid));
    return okay();
}

Json Monitor::resizeExec(Channel&, const Json& request, std::vector<Fd>&) {
    runningExec(request).io->resize(getSize(request, "rows"), getSize(request, "columns"));
    return okay();
}

Json Monitor::pids(Channel&, const Json&, std::vector<Fd>&) {
    requireRunning();
    return {{"ok", true}, {"pids", driver_->pids()}};
}

Json Monitor::stats(Channel&, const Json&, std::vector<Fd>&) {
    requireRunning();
    return {{"ok", true}, {"stats", kernel::toJson(driver_->stats())}};
}

Json Monitor::update(Channel&, const Json& request, std::vector<Fd>&) {
    requireRunning();
    driver_->update(kernel::resourcesFromJson(getMember(request, "resources")));
    return okay();
}

} // namespace ctrd::monitor

#include "base/log.h"
#include "base/path.h"
#include "kernel/mount.h"
#include "kernel/namespace.h"
#include "logging/drivers.h"
#include "monitor/monitor.h"
#include "monitor/unix_socket.h"

#include <cstdint>

#include <sys/mount.h>
#include <unistd.h>

// From the launch request to the running process.
namespace ctrd::monitor {

namespace {

// Into the mounts of the monitor whose container shares its memory, or into a copy of our own for
// what others shall find here.  Nothing of it is seen on the host or outlives its users.
void enterSharedMounts(const LaunchRequest& request) {
    using kernel::NamespaceKind;
    if (!request.mountNamespace.empty())
        kernel::enterNamespace(kernel::openNamespace(request.mountNamespace).get(),
                               NamespaceKind::Mount);
    if (!request.sharedMount) return;
    kernel::unshareNamespace(NamespaceKind::Mount);
    kernel::setPropagation("/", MS_SLAVE | MS_REC);
    kernel::mountAt(*request.sharedMount, request.sharedMount->target);
}

} // namespace

void Monitor::prepare(LaunchRequest request) {
    request_ = std::move(request);
    const exec::ProcessSpec& process = request_.command.process;
    enterSharedMounts(request_);
    errorLog_.emplace(joinPath(request_.stateDirectory, "monitor.log"));
    driver_ = createDriver_(request_.command);
    log_ = std::make_unique<ContainerLog>(
        logging::createWriter(request_.logDriver, request_.logOptions, request_.logPath));
    ProcessIo::Settings settings;
    settings.tty = process.tty;
    settings.rows = process.rows;
    settings.columns = process.columns;
    settings.input = request_.openStdin;
    settings.inputOnce = request_.stdinOnce;
    ProcessIo::Listener listener;
    listener.output = [this](logging::Stream stream, std::string_view bytes) {
        log_->add(stream, bytes);
        noteOutput();
    };
    listener.detached = [this] {
        Event event;
        event.kind = Event::Kind::Detach;
        broadcast(event);
    };
    io_ = std::make_unique<ProcessIo>(loop_, buffer_, settings, std::move(listener));
}

void Monitor::startContainer(Fd networkNamespace) {
    // Before the process runs: ctrd may connect as soon as it reads the reply.
    listener_ = listenUnix(socketPath(request_.runDirectory, request_.command.id));
    setNonBlocking(listener_.get(), true);
    listenerWatch_ = loop_.watch(listener_.get(), EPOLLIN, [this](uint32_t) { acceptChannel(); });
    exec::Stdio stdio = io_->takeStdio();
    stdio.networkNamespace = std::move(networkNamespace);
    const exec::Started started = driver_->start(request_.command, std::move(stdio));
    pid_ = started.pid;
    child_ = started.child;
    record_.startedAt = now();
    state_ = State::Running;
    watchOom();
}

void Monitor::watchOom() {
    const int fd = driver_->oomEvent();
    if (fd < 0) return;
    oomWatch_ = loop_.watch(fd, EPOLLIN, [this, fd](uint32_t) {
        uint64_t count = 0;
        if (read(fd, &count, sizeof count) != sizeof count) return oomWatch_.reset();
        Event event;
        event.kind = Event::Kind::Oom;
        broadcast(event);
    });
}

// There is no container: the record tells ctrd why, should it be gone before it reads the reply.
void Monitor::fail(const exec::StartError& error) {
    state_ = State::Ended;
    record_.status.code = error.exitCode();
    record_.error = error.what();
    record_.finishedAt = now();
    writeExitRecord();
    closeListener();
    if (log_) log_->finish();
    if (io_)
        io_->whenFlushed([this] { leave(); });
    else
        loop_.soon([this] { leave(); });
}

} // namespace ctrd::monitor

#include "monitor/monitor.h"

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"

#include <cerrno>
#include <csignal>

#include <malloc.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::monitor {

namespace {

constexpr int kSignals[] = {SIGCHLD, SIGTERM, SIGQUIT, SIGHUP, SIGINT, SIGPIPE, SIGUSR1, SIGUSR2};
constexpr int64_t kAcknowledgePatience = 2000; // milliseconds
constexpr int64_t kIdle = 1000;                // milliseconds

} // namespace

Monitor::Monitor(Fd launchSocket, DriverFactory createDriver)
    : signals_(blockSignals()), createDriver_(std::move(createDriver)) {
    signalWatch_ = loop_.watch(signals_.get(), EPOLLIN, [this](uint32_t) { takeSignals(); });
    addChannel(std::move(launchSocket), true);
    noteOutput(); // so that what the launch request took is given back, too
}

Monitor::~Monitor() = default;

void Monitor::run() {
    loop_.run();
}

Fd Monitor::blockSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : kSignals)
        sigaddset(&set, number);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    Fd fd(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!fd) throw SystemError("create a signal descriptor");
    return fd;
}

void Monitor::takeSignals() {
    signalfd_siginfo info{};
    while (read(signals_.get(), &info, sizeof info) == sizeof info) {
        const int number = static_cast<int>(info.ssi_signo);
        if (number == SIGCHLD) reapChildren();
        if (number == SIGTERM || number == SIGQUIT) passOn(number);
    }
}

void Monitor::passOn(int signal) {
    if (state_ != State::Running) return;
    try {
        driver_->signal(signal);
    } catch (const Error& e) {
        log::warn(e.what());
    }
}

void Monitor::reapChildren() {
    int status = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        childEnded(pid, status);
}

void Monitor::addChannel(Fd socket, bool launch) {
    channels_.emplace_back(
        loop_, std::move(socket),
        [this](Channel& channel, Packet packet) { answer(channel, std::move(packet)); },
        [this](Channel& channel) { removeChannel(channel); });
    if (launch) launchChannel_ = &channels_.back();
}

void Monitor::acceptChannel() {
    Fd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket) addChannel(std::move(socket), false);
}

void Monitor::removeChannel(Channel& channel) {
    // Settled first, forgotten last: what waited for it may run now.
    std::vector<std::string> waiting;
    for (auto& entry : unacknowledged_)
        if (entry.second.waiting.erase(&channel) > 0) waiting.push_back(entry.first);
    for (const auto& execId : waiting)
        settleAcknowledged(execId);
    if (&channel == launchChannel_) {
        launchChannel_ = nullptr;
        if (state_ == State::Launched) loop_.stop(); // nobody is left to start it
    }
    channels_.remove_if([&](const Channel& other) { return &other == &channel; });
}

void Monitor::broadcast(const Event& event) {
    const std::string text = dumpJson(toJson(event));
    for (auto& channel : channels_)
        if (channel.subscribed) channel.send(text);
}

void Monitor::whenAcknowledged(const std::string& execId, std::function<void()> then) {
    Unacknowledged& entry = unacknowledged_[execId];
    entry.then = std::move(then);
    for (auto& channel : channels_)
        if (channel.subscribed) entry.waiting.insert(&channel);
    entry.timer = loop_.after(kAcknowledgePatience, [this, execId] {
        unacknowledged_[execId].waiting.clear();
        settleAcknowledged(execId);
    });
    settleAcknowledged(execId);
}

void Monitor::settleAcknowledged(const std::string& execId) {
    const auto it = unacknowledged_.find(execId);
    if (it == unacknowledged_.end() || !it->second.waiting.empty()) return;
    loop_.soon(std::move(it->second.then));
    unacknowledged_.erase(it);
}

// Buffers are kept while output comes, and given back once it has not for a while.
void Monitor::noteOutput() {
    if (std::exchange(outputSeen_, true)) return;
    idleTimer_ = loop_.after(kIdle, [this] { releaseMemory(); });
}

void Monitor::releaseMemory() {
    buffer_.release();
    malloc_trim(0);
    outputSeen_ = false;
}

} // namespace ctrd::monitor

#include "monitor/client.h"

#include "base/error.h"
#include "base/fd_passing.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/process.h"
#include "base/sync.h"
#include "monitor/unix_socket.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctrd::monitor {

namespace {

constexpr int kPatience = 60; // seconds

// Monitors that were let go before they ended; looked at now and then, because a process is a
// zombie until its parent asks for it.
Sync<std::vector<pid_t>>& unreaped() {
    static Sync<std::vector<pid_t>> pids;
    return pids;
}

bool isReaped(pid_t pid) {
    return waitpid(pid, nullptr, WNOHANG) != 0;
}

void reapEnded() {
    const auto pids = unreaped().lock();
    pids->erase(std::remove_if(pids->begin(), pids->end(), isReaped), pids->end());
}

void setPatience(const Fd& socket) {
    const timeval patience{kPatience, 0};
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

// One reply on a connection.
Json receiveReply(const Fd& socket) {
    const auto packet = receivePacket(socket.get());
    if (!packet) throw unavailable("it ended");
    return parseJson(packet->bytes, "a monitor's answer");
}

Client::Started startedFrom(const Json& reply) {
    return {static_cast<pid_t>(getInt(reply, "pid")), getInt(reply, "startedAt"),
            static_cast<pid_t>(getInt(reply, "monitor"))};
}

} // namespace

std::unique_ptr<Client> Client::spawn(const std::string& program) {
    reapEnded();
    auto [ours, theirs] = socketPair();
    const Fd null = openFile("/dev/null", O_RDWR);
    Process::Options options;
    options.fds = {{null.get(), 0}, {null.get(), 1}, {theirs.get(), kLaunchDescriptor}};
    options.newSession = true;
    // Nothing of ctrd's own: its proxies and their passwords are none of a container's business.
    options.keepEnv = false;
    options.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
    std::unique_ptr<Client> client(new Client);
    client->starting_ = true;
    client->monitor_ = Process::spawn({program, spareName()}, options).release();
    client->events_ = std::move(ours);
    return client;
}

// It says nothing before it is asked: what can be read is the end.
bool Client::isWaiting() const {
    pollfd connection{events_.get(), POLLIN, 0};
    return poll(&connection, 1, 0) == 0;
}

void Client::launch(const LaunchRequest& request) {
    id_ = request.command.id;
    socketPath_ = socketPath(request.runDirectory, id_);
    Json launch = toJson(request);
    launch["op"] = "launch";
    sendEarly(launch, {});
}

std::unique_ptr<Client> Client::connect(const std::string& runDirectory, const std::string& id) {
    reapEnded();
    std::unique_ptr<Client> client(new Client);
    client->id_ = id;
    client->socketPath_ = socketPath(runDirectory, id);
    try {
        client->events_ = connectUnix(client->socketPath_);
        setPatience(client->events_);
        sendPacket(client->events_.get(), dumpJson({{"op", "subscribe"}}));
        const auto packet = receivePacket(client->events_.get());
        if (!packet) return nullptr;
        const Json reply = parseJson(packet->bytes, "a monitor's answer");
        throwErrorIn(reply);
        requireCommonProtocol("the monitor of container " + client->id_, reply);
    } catch (const SystemError& e) {
        // A monitor that ends closes the connection under us.
        for (const int gone : {ENOENT, ECONNREFUSED, EPIPE, ECONNRESET})
            if (e.errorNumber() == gone) return nullptr;
        throw unavailable("the monitor of container " + client->id_ +
                          " does not answer: " + e.what());
    }
    const timeval forever{0, 0};
    setsockopt(client->events_.get(), SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof forever);
    return client;
}

Client::~Client() {
    events_.reset();
    if (monitor_ <= 0) return;
    // One whose exit was reported is as good as gone.
    for (int i = 0; ended_ && i < 20; ++i) {
        if (isReaped(monitor_)) return;
        usleep(1000);
    }
    unreaped().lock()->push_back(monitor_);
}

void Client::sendEarly(const Json& request, const std::vector<int>& fds) {
    try {
        sendPacket(events_.get(), dumpJson(request), fds);
    } catch (const SystemError& e) {
        throw unavailable("cannot reach the monitor of container " + id_ + ": " + e.what());
    }
}

Json Client::receiveEarly() {
    try {
        return receiveReply(events_);
    } catch (const Error& e) {
        throw exec::StartError(ErrorKind::Internal,
                               "the monitor of container " + id_ + " failed: " + e.what(), 125);
    }
}

void Client::attach(const AttachRequest& request, Fd client) {
    Json json = toJson(request);
    json["op"] = "attach";
    if (!starting_) {
        this->request(json, {client.get()});
        return;
    }
    sendEarly(json, {client.get()});
    ++unreadReplies_;
}

Client::Started Client::start(const Fd& networkNamespace) {
    std::vector<int> fds;
    if (networkNamespace) fds.push_back(networkNamespace.get());
    sendEarly({{"op", "start"}}, fds);
    for (; unreadReplies_ > 0; --unreadReplies_) {
        const std::string error = getString(receiveEarly(), "error");
        if (!error.empty()) log::warn("cannot attach to container " + id_ + ": " + error);
    }
    const Json reply = receiveEarly();
    throwErrorIn(reply);
    starting_ = false;
    return startedFrom(reply);
}

Json Client::request(const Json& request, const std::vector<int>& fds) {
    Json reply;
    try {
        const Fd socket = connectUnix(socketPath_);
        setPatience(socket);
        sendPacket(socket.get(), dumpJson(request), fds);
        reply = receiveReply(socket);
    } catch (const Error& e) {
        throw unavailable("the monitor of container " + id_ + " does not answer: " + e.what());
    }
    throwErrorIn(reply);
    return reply;
}

Client::Started Client::state() {
    return startedFrom(request({{"op", "state"}}));
}

void Client::signal(int signal) {
    request({{"op", "signal"}, {"signal", signal}});
}

void Client::resize(uint16_t rows, uint16_t columns) {
    request({{"op", "resize"}, {"rows", rows}, {"columns", columns}});
}

void Client::pause() {
    request({{"op", "pause"}});
}

void Client::unpause() {
    request({{"op", "unpause"}});
}

pid_t Client::exec(const ExecRequest& request, Fd client) {
    Json json = toJson(request);
    json["op"] = "exec";
    std::vector<int> fds;
    if (client) fds.push_back(client.get());
    return static_cast<pid_t>(getInt(this->request(json, fds), "pid"));
}

void Client::signalExec(const std::string& execId, int signal) {
    request({{"op", "signalExec"}, {"execId", execId}, {"signal", signal}});
}

void Client::resizeExec(const std::string& execId, uint16_t rows, uint16_t columns) {
    request({{"op", "resizeExec"}, {"execId", execId}, {"rows", rows}, {"columns", columns}});
}

std::vector<pid_t> Client::pids() {
    const Json reply = request({{"op", "pids"}});
    std::vector<pid_t> pids;
    for (const auto& pid : getMember(reply, "pids"))
        pids.push_back(pid.get<pid_t>());
    return pids;
}

kernel::Stats Client::stats() {
    return kernel::statsFromJson(getMember(request({{"op", "stats"}}), "stats"));
}

void Client::update(const kernel::Resources& resources) {
    request({{"op", "update"}, {"resources", kernel::toJson(resources)}});
}

Event Client::readEvent() {
    std::optional<Packet> packet;
    try {
        packet = receivePacket(events_.get());
    } catch (const SystemError&) {
        // A killed monitor leaves a reset connection.
    }
    if (packet) {
        Event event = eventFromJson(parseJson(packet->bytes, "an event of a monitor"));
        if (event.kind == Event::Kind::Exit) ended_ = true;
        return event;
    }
    if (monitor_ > 0) waitpid(std::exchange(monitor_, -1), nullptr, 0);
    return {};
}

void Client::acknowledge(const Event& event) {
    if (event.kind != Event::Kind::Exit && event.kind != Event::Kind::ExecExit) return;
    try {
        const std::lock_guard<std::mutex> lock(sendMutex_);
        sendPacket(events_.get(), dumpJson({{"op", "acknowledge"}, {"execId", event.execId}}));
    } catch (const Error&) {
        // Gone: then there is nothing to wait for us.
    }
}

} // namespace ctrd::monitor

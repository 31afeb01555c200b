#include "api/http/server.h"

#include "api/http/connection.h"
#include "base/error.h"
#include "base/log.h"

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <set>

#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ctrd::api::http {

namespace {

constexpr size_t kStackBytes = 256u << 10;
constexpr int kArenas = 2;
constexpr std::chrono::seconds kFarewell{10};

bool isTcp(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    return getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
           address.ss_family != AF_UNIX;
}

void setOption(int fd, int level, int option, int value) {
    setsockopt(fd, level, option, &value, sizeof value);
}

// A follower of logs may be silent for days: only keep-alive probes find out that its machine is
// gone.
void tuneTcp(int fd) {
    setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    setOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
    setOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, 15);
}

} // namespace

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
    std::vector<Fd> listeners;
    Handler handler;
    size_t maxConnections = 0;
    Pipe wake;

    std::mutex mutex;
    std::condition_variable changed;
    std::set<std::shared_ptr<Connection>> connections;
    bool stopped = false;

    bool waitForRoom();
    void acceptFrom(int listener);
    void start(const std::shared_ptr<Connection>& connection);
    void forget(const std::shared_ptr<Connection>& connection);
    bool sayFarewell();

    struct Task {
        std::shared_ptr<Impl> server;
        std::shared_ptr<Connection> connection;
    };
    static void* serve(void* task);
};

// Whether another connection may be accepted; false after stop().
bool Server::Impl::waitForRoom() {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this] { return stopped || connections.size() < maxConnections; });
    return !stopped;
}

void Server::Impl::acceptFrom(int listener) {
    Fd client(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) {
        if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
        log::warn("cannot accept a connection: " + std::string(SystemError("accept").what()));
        // The client stays in the queue, so poll would come back at once.
        usleep(100000);
        return;
    }
    const bool tcp = isTcp(client.get());
    if (tcp) tuneTcp(client.get());
    start(std::make_shared<Connection>(std::move(client), tcp));
}

void Server::Impl::start(const std::shared_ptr<Connection>& connection) {
    {
        const std::lock_guard<std::mutex> lock(mutex);
        connections.insert(connection);
    }
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    auto task = std::make_unique<Task>(Task{shared_from_this(), connection});
    pthread_t thread{};
    const int failure = pthread_create(&thread, &attributes, serve, task.get());
    pthread_attr_destroy(&attributes);
    if (failure == 0) {
        static_cast<void>(task.release()); // the thread owns it now
        return;
    }
    log::warn(SystemError("start a thread for a connection", failure).what());
    forget(connection);
}

void* Server::Impl::serve(void* argument) {
    const std::unique_ptr<Task> task(static_cast<Task*>(argument));
    task->connection->serve(task->server->handler);
    task->server->forget(task->connection);
    return nullptr;
}

void Server::Impl::forget(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard<std::mutex> lock(mutex);
    connections.erase(connection);
    changed.notify_all();
}

bool Server::Impl::sayFarewell() {
    std::unique_lock<std::mutex> lock(mutex);
    for (const auto& connection : connections)
        connection->shutdown();
    return changed.wait_for(lock, kFarewell, [this] { return connections.empty(); });
}

Server::Server(std::vector<Fd> listeners, Handler handler, int maxConnections)
    : impl_(std::make_shared<Impl>()) {
    mallopt(M_ARENA_MAX, kArenas);
    impl_->listeners = std::move(listeners);
    impl_->handler = std::move(handler);
    impl_->maxConnections = static_cast<size_t>(maxConnections);
    impl_->wake = Pipe::create();
    // Between poll and accept the client may give up: accept must not wait for the next one.
    for (const Fd& listener : impl_->listeners)
        setNonBlocking(listener.get(), true);
}

Server::~Server() {
    stop();
}

bool Server::run() {
    std::vector<pollfd> pollers = {{impl_->wake.readEnd.get(), POLLIN, 0}};
    for (const Fd& listener : impl_->listeners)
        pollers.push_back({listener.get(), POLLIN, 0});
    while (impl_->waitForRoom()) {
        if (poll(pollers.data(), pollers.size(), -1) < 0 && errno != EINTR)
            throw SystemError("wait for connections");
        for (size_t i = 1; i < pollers.size(); ++i)
            if (pollers[i].revents != 0) impl_->acceptFrom(pollers[i].fd);
    }
    impl_->listeners.clear();
    return impl_->sayFarewell();
}

void Server::stop() {
    const std::lock_guard<std::mutex> lock(impl_->mutex);
    if (std::exchange(impl_->stopped, true)) return;
    impl_->changed.notify_all();
    writeAll(impl_->wake.writeEnd.get(), "x", 1);
}

} // namespace ctrd::api::http

#include "base/error.h"
#include "base/log.h"
#include "engine/engine_impl.h"
#include "logging/drivers.h"
#include "monitor/detach_keys.h"

#include <algorithm>

#include <poll.h>

namespace ctrd::engine {

namespace {

// features.md §1.3: stream, three zero bytes, length in network order, payload.
std::string frame(int stream, std::string_view payload) {
    const auto size = static_cast<uint32_t>(payload.size());
    std::string framed = {static_cast<char>(stream), 0, 0, 0};
    for (int shift = 24; shift >= 0; shift -= 8)
        framed.push_back(static_cast<char>(size >> shift & 0xff));
    framed.append(payload);
    return framed;
}

std::unique_ptr<logging::Reader> openLog(const Container& container, const std::string& driver,
                                         const Engine::AttachOptions& options) {
    logging::ReadOptions wanted;
    wanted.stdoutWanted = options.out;
    wanted.stderrWanted = options.err;
    return logging::createReader(driver, container.logPath(), wanted);
}

void replay(logging::Reader& log, bool tty, int client) {
    while (const auto message = log.next()) {
        const int stream = message->stream == logging::Stream::Stdout ? 1 : 2;
        if (tty)
            writeAll(client, message->line);
        else
            writeAll(client, frame(stream, message->line));
    }
}

void checkAttachable(const Container& container) {
    const auto data = container.lock();
    if (data->removed) throw notFound("No such container: " + container.id());
    switch (data->run.state.status) {
        case Status::Paused:
            throw conflict("Container " + container.id() +
                           " is paused. Unpause the container before attach");
        case Status::Restarting:
            throw conflict("Container " + container.id() +
                           " is restarting, wait until the container is running");
        case Status::Removing:
        case Status::Dead:
            throw conflict("Container " + container.id() + " is marked for removal");
        default:
            return;
    }
}

// Clients that attached, and left before the container was ever started.
void dropLeft(std::vector<Container::PendingAttach>& attaches) {
    const auto left = [](const Container::PendingAttach& attach) {
        pollfd poll = {attach.client.get(), 0, 0};
        return ::poll(&poll, 1, 0) == 1 && (poll.revents & (POLLHUP | POLLERR)) != 0;
    };
    attaches.erase(std::remove_if(attaches.begin(), attaches.end(), left), attaches.end());
}

// From before a client is told that it is attached until it is: a start in between waits for it, as
// what the container says first would be lost on the client.
class Arrival {
public:
    explicit Arrival(Container& container) : container_(container) {
        ++container_.lock()->arriving;
    }
    Arrival(const Arrival&) = delete;
    Arrival& operator=(const Arrival&) = delete;
    ~Arrival() {
        --container_.lock()->arriving;
        container_.notify();
    }

private:
    Container& container_;
};

void handToMonitor(Container& container, monitor::AttachRequest request, Fd client) {
    std::shared_ptr<monitor::Client> monitor;
    {
        const auto data = container.lock();
        if (data->removed) return;
        monitor = data->monitor;
        if (!monitor) {
            dropLeft(data->attaches);
            data->attaches.push_back({std::move(request), std::move(client)});
            return;
        }
    }
    monitor->attach(request, std::move(client));
}

} // namespace

void tellClient(int socket, bool tty, const std::string& text) {
    try {
        writeAll(socket, tty ? text + "\r\n" : frame(2, text + "\n"));
    } catch (const Error& e) {
        log::debug(std::string("cannot tell a client: ") + e.what());
    }
}

void Engine::attach(const std::string& ref, const AttachOptions& options, const Hijack& hijack) {
    const ContainerPtr container = impl_->containers.find(ref);
    checkAttachable(*container);
    monitor::parseDetachKeys(options.detachKeys); // refused before the connection is taken over
    const ContainerRecord record = container->lock()->record;
    const bool tty = record.config.tty;

    std::unique_ptr<logging::Reader> log;
    if (options.logs) log = openLog(*container, record.hostConfig.logConfig.type, options);

    const Arrival arrival(*container);
    HijackedClient client = hijack(tty);
    // Our copy tells what goes wrong after the monitor was given the client's.
    setNonBlocking(client.socket.get(), false);
    const Fd copy = duplicate(client.socket.get());
    try {
        if (log) replay(*log, tty, client.socket.get());
        if (!options.stream) return;
        monitor::AttachRequest request;
        request.in = options.in && record.config.openStdin;
        request.out = options.out;
        request.err = options.err;
        request.detachKeys = options.detachKeys;
        request.pendingInput = std::move(client.pendingInput);
        handToMonitor(*container, std::move(request), std::move(client.socket));
        impl_->emit(*container, "attach");
    } catch (const Error& e) {
        tellClient(copy.get(), tty, std::string("cannot attach: ") + e.what());
    }
}

} // namespace ctrd::engine

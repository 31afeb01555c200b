#include "cli/connect.h"

#include "base/error.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ctrd::cli {

namespace {

Error cannotConnect(const Host& host, int errorNumber) {
    std::string text =
        "cannot connect to the daemon at " + host.url() + ": " + std::strerror(errorNumber);
    if (errorNumber == EACCES || errorNumber == EPERM)
        return unavailable(text + " (only root and the group of the socket may; see ls -l " +
                           host.path + ")");
    if (host.kind == Host::Kind::Unix)
        return unavailable(text + " (is ctrd running? Start it with: service ctrd start)");
    return unavailable(text + " (is ctrd running there, with -H tcp://...?)");
}

// connect(2) goes on in the background where a signal interrupts it.
bool connectSocket(int fd, const sockaddr* address, socklen_t size) {
    return TEMP_FAILURE_RETRY(::connect(fd, address, size)) == 0 || errno == EISCONN;
}

Fd newSocket(int family) {
    Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw SystemError("cannot make a socket");
    return fd;
}

Fd connectUnix(const Host& host) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (host.path.size() >= sizeof address.sun_path)
        throw invalidArgument("the socket path '" + host.path + "' is longer than " +
                              std::to_string(sizeof address.sun_path - 1) + " bytes");
    std::memcpy(address.sun_path, host.path.data(), host.path.size());
    Fd fd = newSocket(AF_UNIX);
    if (!connectSocket(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address))
        throw cannotConnect(host, errno);
    return fd;
}

Fd connectTcp(const Host& host) {
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failed =
        ::getaddrinfo(host.name.c_str(), std::to_string(host.port).c_str(), &hints, &found);
    if (failed != 0)
        throw unavailable("cannot find the daemon's host '" + host.name +
                          "': " + ::gai_strerror(failed));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
    int lastError = 0;
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
        Fd fd = newSocket(entry->ai_family);
        if (connectSocket(fd.get(), entry->ai_addr, entry->ai_addrlen)) {
            // Keystrokes and small requests must not wait for an acknowledgement.
            const int on = 1;
            ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            return fd;
        }
        lastError = errno;
    }
    throw cannotConnect(host, lastError);
}

} // namespace

Fd connectTo(const Host& host) {
    return host.kind == Host::Kind::Unix ? connectUnix(host) : connectTcp(host);
}

} // namespace ctrd::cli

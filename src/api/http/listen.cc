#include "api/http/server.h"
#include "base/error.h"
#include "base/finally.h"
#include "base/strings.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include <grp.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace ctrd::api::http {

namespace {

constexpr int kBacklog = 128;

sockaddr_un unixAddress(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        throw invalidArgument("the socket path '" + path + "' is longer than " +
                              std::to_string(sizeof(address.sun_path) - 1) + " bytes");
    path.copy(address.sun_path, path.size());
    return address;
}

Fd newSocket(int family) {
    Fd fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw SystemError("create a socket");
    return fd;
}

// Removes the socket a dead server left.
void removeStale(const std::string& path, const sockaddr_un& address) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0) return;
    if (!S_ISSOCK(info.st_mode)) throw conflict("'" + path + "' is there and is no socket");
    const Fd probe = newSocket(AF_UNIX);
    if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        throw conflict("another server listens on '" + path + "'");
    if (errno != ECONNREFUSED) throw SystemError("see who listens on '" + path + "'");
    if (unlink(path.c_str()) != 0) throw SystemError("remove the stale socket '" + path + "'");
}

void giveToGroup(const std::string& path, const std::string& group) {
    std::vector<char> buffer(16u << 10);
    struct group entry {};
    struct group* found = nullptr;
    if (group.empty() ||
        getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 ||
        found == nullptr)
        return;
    if (chown(path.c_str(), static_cast<uid_t>(-1), found->gr_gid) != 0)
        throw SystemError("give '" + path + "' to the group " + group);
}

// {"127.0.0.1", "2375"} of an address.
std::pair<std::string, std::string> splitAddress(const std::string& address) {
    const size_t colon = address.rfind(':');
    if (colon == std::string::npos)
        throw invalidArgument("the address '" + address + "' has no port; write HOST:PORT");
    std::string host = address.substr(0, colon);
    if (host.size() > 1 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    return {host.empty() ? "127.0.0.1" : host, address.substr(colon + 1)};
}

} // namespace

Fd listenUnix(const std::string& path, const std::string& group) {
    const sockaddr_un address = unixAddress(path);
    removeStale(path, address);
    Fd fd = newSocket(AF_UNIX);
    // Before bind, because the kernel makes the file with the socket's mode: nobody else can
    // connect in the moment until the group is set.
    if (fchmod(fd.get(), 0600) != 0) throw SystemError("set the mode of a socket");
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw SystemError("bind '" + path + "'");
    Finally unbind([&] { unlink(path.c_str()); });
    giveToGroup(path, group);
    if (chmod(path.c_str(), 0660) != 0) throw SystemError("set the mode of '" + path + "'");
    if (listen(fd.get(), kBacklog) != 0) throw SystemError("listen on '" + path + "'");
    unbind.dismiss();
    return fd;
}

Fd listenTcp(const std::string& address) {
    const auto [host, port] = splitAddress(address);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int failure = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    if (failure != 0)
        throw invalidArgument("cannot resolve '" + address + "': " + gai_strerror(failure));
    const Finally release([&] { freeaddrinfo(found); });
    Fd fd = newSocket(found->ai_family);
    const int on = 1;
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd.get(), found->ai_addr, found->ai_addrlen) != 0 || listen(fd.get(), kBacklog) != 0)
        throw SystemError("listen on '" + address + "'");
    return fd;
}

} // namespace ctrd::api::http

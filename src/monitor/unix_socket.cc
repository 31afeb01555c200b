#include "monitor/unix_socket.h"

#include "base/error.h"
#include "base/path.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace ctrd::monitor {

namespace {

// An address, and the directory that must stay open while it is used.
struct Address {
    sockaddr_un address{};
    Fd directory;

    explicit Address(const std::string& path) {
        std::string name = path;
        if (name.size() >= sizeof address.sun_path) {
            directory = openFile(dirName(path), O_RDONLY | O_DIRECTORY);
            name = "/proc/self/fd/" + std::to_string(directory.get()) + "/" + baseName(path);
        }
        if (name.size() >= sizeof address.sun_path)
            throw SystemError("name a socket '" + path + "'", ENAMETOOLONG);
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
    }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

Fd newSocket() {
    Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw SystemError("create a socket");
    return fd;
}

} // namespace

Fd listenUnix(const std::string& path) {
    const Address address(path);
    Fd fd = newSocket();
    removePath(path);
    const mode_t before = umask(0077); // at no moment may others connect
    const bool bound = bind(fd.get(), address.get(), sizeof address.address) == 0;
    umask(before);
    if (!bound || listen(fd.get(), 64) < 0) throw SystemError("listen on '" + path + "'");
    return fd;
}

Fd connectUnix(const std::string& path) {
    const Address address(path);
    Fd fd = newSocket();
    int result;
    do
        result = connect(fd.get(), address.get(), sizeof address.address);
    while (result < 0 && errno == EINTR);
    if (result < 0) throw SystemError("connect to '" + path + "'");
    return fd;
}

} // namespace ctrd::monitor

#include "base/fd.h"

#include "base/error.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ctrd {

namespace {

void changeFlag(int fd, int get, int set, int flag, bool on) {
    const int flags = fcntl(fd, get);
    if (flags < 0) throw SystemError("read flags of descriptor " + std::to_string(fd));
    const int wanted = on ? flags | flag : flags & ~flag;
    if (wanted != flags && fcntl(fd, set, wanted) < 0)
        throw SystemError("set flags of descriptor " + std::to_string(fd));
}

} // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) close(fd_);
        fd_ = other.release();
    }
    return *this;
}

Fd::~Fd() {
    if (fd_ >= 0) close(fd_);
}

Pipe Pipe::create() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) throw SystemError("create a pipe");
    return {Fd(ends[0]), Fd(ends[1])};
}

Fd openFile(const std::string& path, int flags, mode_t mode) {
    int fd;
    do
        fd = open(path.c_str(), flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    if (fd < 0) throw SystemError("open '" + path + "'");
    return Fd(fd);
}

Fd duplicate(int fd) {
    const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) throw SystemError("duplicate descriptor " + std::to_string(fd));
    return Fd(copy);
}

std::pair<Fd, Fd> socketPair() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        throw SystemError("create a socket pair");
    return {Fd(ends[0]), Fd(ends[1])};
}

size_t readSome(int fd, void* buffer, size_t size) {
    ssize_t n;
    do
        n = read(fd, buffer, size);
    while (n < 0 && errno == EINTR);
    if (n < 0) throw SystemError("read");
    return static_cast<size_t>(n);
}

size_t readFully(int fd, void* buffer, size_t size) {
    size_t done = 0;
    while (done < size) {
        const size_t n = readSome(fd, static_cast<char*>(buffer) + done, size - done);
        if (n == 0) break;
        done += n;
    }
    return done;
}

void writeAll(int fd, const void* data, size_t size) {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw SystemError("write");
        at += n;
        size -= static_cast<size_t>(n);
    }
}

std::string readAll(int fd) {
    std::string all;
    char chunk[16384];
    while (const size_t n = readSome(fd, chunk, sizeof chunk))
        all.append(chunk, n);
    return all;
}

std::string readFile(const std::string& path) {
    const Fd fd = openFile(path, O_RDONLY);
    try {
        return readAll(fd.get());
    } catch (const SystemError& e) {
        throw SystemError("read '" + path + "'", e.errorNumber());
    }
}

void writeKernelFile(const std::string& path, std::string_view data) {
    const Fd fd = openFile(path, O_WRONLY);
    ssize_t n;
    do
        n = write(fd.get(), data.data(), data.size());
    while (n < 0 && errno == EINTR);
    if (n < 0) throw SystemError("write '" + std::string(data) + "' to '" + path + "'");
}

void setNonBlocking(int fd, bool on) {
    changeFlag(fd, F_GETFL, F_SETFL, O_NONBLOCK, on);
}

void setCloseOnExec(int fd, bool on) {
    changeFlag(fd, F_GETFD, F_SETFD, FD_CLOEXEC, on);
}

} // namespace ctrd

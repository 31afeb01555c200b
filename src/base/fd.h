#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

namespace ctrd {

// Owns a file descriptor and closes it once.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    Fd(Fd&& other) noexcept : fd_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd();

    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    void reset() { *this = Fd(); }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

// Both ends of a pipe, close-on-exec.
struct Pipe {
    Fd readEnd, writeEnd;

    // Throws SystemError.
    static Pipe create();
};

// Everything here throws SystemError, retries on EINTR and opens with O_CLOEXEC.
Fd openFile(const std::string& path, int flags, mode_t mode = 0);
Fd duplicate(int fd);
// A connected pair of stream sockets in the unix domain, close-on-exec.
std::pair<Fd, Fd> socketPair();

// Reads at most `size` bytes; 0 is the end of file.
size_t readSome(int fd, void* buffer, size_t size);
// Reads until `size` bytes are there or the file ends; returns how many.
size_t readFully(int fd, void* buffer, size_t size);
void writeAll(int fd, const void* data, size_t size);
inline void writeAll(int fd, std::string_view data) {
    writeAll(fd, data.data(), data.size());
}

std::string readAll(int fd);
std::string readFile(const std::string& path);
// Writes into an existing file (a kernel file, mostly) in one write(2), as the kernel wants it.
void writeKernelFile(const std::string& path, std::string_view data);

void setNonBlocking(int fd, bool on);
void setCloseOnExec(int fd, bool on);

} // namespace ctrd

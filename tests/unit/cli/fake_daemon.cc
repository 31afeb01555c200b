#include "unit/cli/fake_daemon.h"

#include "base/json.h"
#include "base/strings.h"
#include "cli/cli.h"

#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ctrd::cli::testing {

void Peer::fill(size_t wanted) {
    char chunk[4096];
    while (buffer_.size() < wanted) {
        const size_t got = ctrd::readSome(socket_.get(), chunk, sizeof chunk);
        if (got == 0) return;
        buffer_.append(chunk, got);
    }
}

bool Peer::readHead() {
    size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        const size_t before = buffer_.size();
        fill(before + 1);
        if (buffer_.size() == before) return false;
    }
    head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    line = head.substr(0, head.find(" HTTP/1.1"));
    return true;
}

void Peer::readChunks() {
    while (true) {
        size_t end = std::string::npos;
        while ((end = buffer_.find("\r\n")) == std::string::npos)
            fill(buffer_.size() + 1);
        const size_t size = std::stoul(buffer_.substr(0, end), nullptr, 16);
        fill(end + 2 + size + 2);
        body += buffer_.substr(end + 2, size);
        buffer_.erase(0, end + 2 + size + 2);
        if (size == 0) return;
    }
}

bool Peer::next() {
    body.clear();
    if (!readHead()) return false;
    const std::string length = "Content-Length: ";
    const size_t at = head.find(length);
    if (at != std::string::npos) {
        const size_t size = std::stoul(head.substr(at + length.size()));
        fill(size);
        body = buffer_.substr(0, size);
        buffer_.erase(0, size);
    } else if (head.find("Transfer-Encoding: chunked") != std::string::npos) {
        readChunks();
    }
    return true;
}

void Peer::send(const std::string& bytes) {
    // The client may have gone, which is the test's business.
    ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void Peer::sendJson(int status, const Json& json) {
    const std::string text = dumpJson(json);
    send("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\n" +
         "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text);
}

void Peer::sendStatus(int status) {
    send("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 0\r\n\r\n");
}

std::string Peer::readToEnd() {
    return buffer_ + readAll(socket_.get());
}

std::string Peer::readSome() {
    fill(1);
    return std::exchange(buffer_, {});
}

FakeDaemon::FakeDaemon(Serve serve)
    : path_(joinPath(directory_.path(), "d.sock")), serve_(std::move(serve)) {
    listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 16) != 0)
        throw SystemError("cannot listen on '" + path_ + "'");
    acceptor_ = std::thread([this] { accept(); });
}

FakeDaemon::~FakeDaemon() {
    // Wakes accept(2).
    ::shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : threads_)
        thread.join();
}

void FakeDaemon::accept() {
    while (true) {
        const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        threads_.emplace_back([this, fd] { talk(Fd(fd)); });
    }
}

void FakeDaemon::talk(Fd socket) {
    Peer peer(std::move(socket));
    try {
        while (peer.next()) {
            {
                const std::lock_guard<std::mutex> lock(mutex_);
                requests_.push_back(peer.line);
            }
            serve_(peer);
        }
    } catch (const std::exception&) {
        // The connection broke or was closed on purpose.
    }
}

std::vector<std::string> FakeDaemon::requests() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return requests_;
}

Result runCtr(const std::vector<std::string>& words, const std::string& input) {
    const TempDir directory;
    const std::string in = joinPath(directory.path(), "in"),
                      out = joinPath(directory.path(), "out"),
                      err = joinPath(directory.path(), "err");
    writeAll(openFile(in, O_WRONLY | O_CREAT, 0600).get(), input);
    Result result;
    {
        const Fd inFd = openFile(in, O_RDONLY), outFd = openFile(out, O_WRONLY | O_CREAT, 0600),
                 errFd = openFile(err, O_WRONLY | O_CREAT, 0600);
        result.code = runCli(words, {inFd.get(), outFd.get(), errFd.get()});
    }
    result.out = readFile(out);
    result.err = readFile(err);
    return result;
}

Result runCtr(const FakeDaemon& daemon, std::vector<std::string> words, const std::string& input) {
    words.insert(words.begin(), {"-H", daemon.url()});
    return runCtr(words, input);
}

} // namespace ctrd::cli::testing

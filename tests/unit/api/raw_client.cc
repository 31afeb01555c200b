#include "unit/api/raw_client.h"

#include <cppunit/TestAssert.h>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

namespace ctrd::testing {

namespace {

std::vector<Fd> listenIn(const std::string& directory) {
    std::vector<Fd> listeners;
    listeners.push_back(api::http::listenUnix(directory + "/api.sock", ""));
    return listeners;
}

} // namespace

TestServer::TestServer(api::http::Handler handler, int maxConnections)
    : server_(listenIn(directory_.path()), std::move(handler), maxConnections),
      thread_([this] { result_ = server_.run(); }) {}

TestServer::~TestServer() {
    stop();
}

bool TestServer::stop() {
    server_.stop();
    if (thread_.joinable()) thread_.join();
    return result_;
}

RawClient::RawClient(const std::string& socketPath) : socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socketPath.copy(address.sun_path, sizeof address.sun_path - 1);
    CPPUNIT_ASSERT(
        connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const timeval limit{10, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

void RawClient::closeWrite() const {
    shutdown(socket_.get(), SHUT_WR);
}

bool RawClient::readMore() {
    char data[4096];
    const ssize_t n = recv(socket_.get(), data, sizeof data, 0);
    if (n < 0) CPPUNIT_FAIL("the server does not answer; so far: " + buffer_);
    buffer_.append(data, static_cast<size_t>(n));
    return n > 0;
}

std::string RawClient::readUntil(const std::string& mark) {
    size_t found = std::string::npos;
    while ((found = buffer_.find(mark)) == std::string::npos)
        if (!readMore()) CPPUNIT_FAIL("the connection ended before '" + mark + "': " + buffer_);
    return readBytes(found + mark.size());
}

std::string RawClient::readBytes(size_t count) {
    while (buffer_.size() < count)
        if (!readMore()) CPPUNIT_FAIL("the connection ended early: " + buffer_);
    std::string bytes = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return bytes;
}

std::string RawClient::readOnce() {
    readMore();
    return std::exchange(buffer_, "");
}

std::string RawClient::readToEnd() {
    while (readMore()) {
    }
    return std::exchange(buffer_, "");
}

std::string RawClient::readAnswer() {
    std::string header = readUntil("\r\n\r\n");
    const size_t length = header.find("Content-Length: ");
    if (length == std::string::npos) return header;
    return header + readBytes(std::stoul(header.substr(length + 16)));
}

} // namespace ctrd::testing

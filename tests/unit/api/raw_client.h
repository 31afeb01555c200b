#pragma once

#include "api/http/server.h"
#include "base/fd.h"
#include "base/path.h"

#include <string>
#include <thread>

namespace ctrd::testing {

// A server on a unix socket in a directory of its own, ended with the object.
class TestServer {
public:
    explicit TestServer(api::http::Handler handler, int maxConnections = 64);
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;
    ~TestServer();

    std::string socketPath() const { return directory_.path() + "/api.sock"; }
    // Ends it; what run() said.
    bool stop();

private:
    TempDir directory_;
    api::http::Server server_;
    bool result_ = false;
    std::thread thread_;
};

// A client that sends bytes as they are.  A read that takes longer than 10 s fails the test.
class RawClient {
public:
    explicit RawClient(const std::string& socketPath);

    void send(const std::string& bytes) const { writeAll(socket_.get(), bytes); }
    void closeWrite() const;
    void close() { socket_.reset(); }
    // Until `mark` was read, which is included; fails where the connection ends before.
    std::string readUntil(const std::string& mark);
    std::string readBytes(size_t count);
    // What one read gives, after what was read before.
    std::string readOnce();
    std::string readToEnd();
    // One whole answer with a Content-Length.
    std::string readAnswer();

private:
    bool readMore();

    Fd socket_;
    std::string buffer_;
};

} // namespace ctrd::testing

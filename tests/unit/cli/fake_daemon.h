#pragma once

#include "base/fd.h"
#include "base/json_fwd.h"
#include "base/path.h"

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ctrd::cli::testing {

// One request to the fake daemon, and the connection it came on.
class Peer {
public:
    explicit Peer(Fd socket) : socket_(std::move(socket)) {}

    // Reads a request with its body; false at the end of the connection.
    bool next();
    std::string line; // "GET /v1.44/info"
    std::string head; // all of it
    std::string body;

    void send(const std::string& bytes);
    void sendJson(int status, const Json& json);
    void sendStatus(int status); // without a body
    // What comes until the client closes its end, beginning with what came behind the request.
    std::string readToEnd();
    std::string readSome();
    void close() { socket_.reset(); }

private:
    bool readHead();
    void readChunks();
    void fill(size_t wanted);

    Fd socket_;
    std::string buffer_;
};

// A daemon that says what a test wants: it listens on a unix socket of its own and calls `serve`
// for each request, each connection on a thread.
class FakeDaemon {
public:
    using Serve = std::function<void(Peer& peer)>;

    explicit FakeDaemon(Serve serve);
    ~FakeDaemon();

    std::string url() const { return "unix://" + path_; }
    // The lines of the requests so far, in order.
    std::vector<std::string> requests();

private:
    void accept();
    void talk(Fd socket);

    TempDir directory_;
    std::string path_;
    Serve serve_;
    Fd listener_;
    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

// What a command line did.
struct Result {
    int code = 0;
    std::string out, err;
};

// Runs ctr in this process with a file as standard input.
Result runCtr(const std::vector<std::string>& words, const std::string& input = "");
// The same against a fake daemon.
Result runCtr(const FakeDaemon& daemon, std::vector<std::string> words,
              const std::string& input = "");

} // namespace ctrd::cli::testing

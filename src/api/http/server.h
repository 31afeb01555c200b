#pragma once

#include "base/fd.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

// HTTP/1.1 behind a plain interface: only connection.cc knows Beast, whose templates are dear to
// compile.
namespace ctrd::api::http {

struct Request {
    std::string method; // "GET"
    std::string path;   // decoded, without the query: "/v1.44/containers/json"
    std::multimap<std::string, std::string> query; // decoded
    int minor = 1;                                 // of HTTP/1.x
    // Who connected to a unix socket, as the kernel knows it; pid 0 over TCP.
    struct Peer {
        pid_t pid = 0;
        uid_t uid = 0;
    } peer;

    // Case does not matter; "" where it is missing.
    std::string header(const std::string& name) const;
    // The first value of a query key.
    std::optional<std::string> get(const std::string& key) const;
    bool has(const std::string& key) const { return query.count(key) > 0; }

    std::map<std::string, std::string> headers; // names in lower case
};

// One request and its answer, on the connection's thread.
class Exchange {
public:
    virtual ~Exchange() = default;

    virtual const Request& request() const = 0;

    // The body as it comes (chunked or sized): up to `size` bytes, 0 at its end.  Throws
    // Unavailable where the client went away.
    virtual size_t readBody(void* buffer, size_t size) = 0;
    // The whole body; InvalidArgument where it is longer than `limit` bytes.
    std::string body(size_t limit = 4u << 20);

    // A whole answer at once.
    virtual void respond(int status, const std::string& contentType, const std::string& body) = 0;
    // Headers added to every answer from here on.
    virtual void setHeader(const std::string& name, const std::string& value) = 0;

    // A chunked answer: the header is flushed at once, each write is a chunk, flushed.  Throws
    // Unavailable where the client went away.  The end is sent when the handler returns.
    virtual void beginStream(int status, const std::string& contentType) = 0;
    virtual void write(std::string_view data) = 0;
    // Ends the connection without the stream's end, so that the client knows it is not whole.
    virtual void breakOff() = 0;
    // Whether an answer was begun: an error can only be told in the stream then.
    virtual bool begun() const = 0;

    // Whether the client closed its end, waiting up to `milliseconds` for that; 0 does not block.
    virtual bool clientGone(int milliseconds = 0) = 0;

    // Writes and flushes "101 UPGRADED" (or "200 OK" to a client that sent no Upgrade) with the
    // content type, and gives the connection away: a blocking socket, and bytes that had come
    // already.  What is left of the request's body is read and dropped before.
    struct Hijacked {
        Fd socket;
        std::string pendingInput;
    };
    virtual Hijacked hijack(const std::string& contentType) = 0;
};

using Handler = std::function<void(Exchange&)>;

// Serves listening sockets with one blocking thread per connection (256 KiB of stack, at most
// `maxConnections`; one more waits).  A request's header may be 256 KiB long; over TCP it must be
// there 30 s after its first byte, and a connection without a request is closed after 5 minutes.
//
// Limits malloc to two arenas for the whole process: with one a thread, each of them keeps what a
// past request needed.
class Server {
public:
    // The handler must not throw.  Takes over listening sockets (unix or TCP).
    Server(std::vector<Fd> listeners, Handler handler, int maxConnections = 1024);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server(); // stop()

    // Accepts until stop() is called from another thread.  Then every connection is shut down, so
    // that handlers find their client gone, and they are given 10 s.  False where some still run:
    // what they use must not be destroyed.
    bool run();
    void stop();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

// A listening unix socket: a stale file is replaced, one somebody listens on is a Conflict.  Mode
// 0660, and the group where it exists ("" : leave it).
Fd listenUnix(const std::string& path, const std::string& group);
// "127.0.0.1:2375", "[::1]:2375", ":2375" (127.0.0.1).
Fd listenTcp(const std::string& address);

} // namespace ctrd::api::http

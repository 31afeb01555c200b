#pragma once

#include "base/fd.h"
#include "cli/host.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// HTTP/1.1 (RFC 7230) as far as a client of the daemon needs it.  Written by hand because ctr
// starts for every command an admin types: the library the daemon uses would cost more at each
// start than the command itself.
namespace ctrd::cli {

struct HttpRequest {
    std::string method;      // "GET"
    std::string target;      // path and query, encoded
    std::string contentType; // of the body; "" for none
    std::string body;
    bool upgrade = false; // asks for the raw connection ("Upgrade: tcp")
};

struct HttpHead {
    int status = 0;
    std::map<std::string, std::string> headers; // names in lower case

    std::string header(const std::string& name) const; // "" where it is missing
};

// One connection to the daemon.  Not thread safe.  Every method throws Unavailable where the daemon
// cannot be reached or hung up, and SystemError for other failures.
class HttpConnection {
public:
    // Connects; the text of the error says how to start the daemon.
    explicit HttpConnection(const Host& host);

    void send(const HttpRequest& request);

    // An upload: the head (chunked where `length` is not known), pieces, the end.  sendBody gives
    // false once the daemon has answered with an error or hung up: it wants no more, and the answer
    // can be read.
    void sendHead(const HttpRequest& request, std::optional<uint64_t> length);
    bool sendBody(std::string_view data);
    void endBody();

    // Reads the answer's head; "100 Continue" is skipped.
    HttpHead readHead();
    // Whether that head begins with no byte read yet: the request may be sent again elsewhere.
    bool untouched() const { return receivedBytes_ == 0; }

    // Some bytes of the body, valid until the next call; empty at its end.
    std::string_view readPiece();
    std::string readBody();
    // Whether readPiece() gives a piece (or the end) without waiting for the network.
    bool hasBuffered() const;

    // Whether another request may follow: the body was read to its end and both sides keep alive.
    bool reusable() const;

    // After a head with status 101 (or 200 to an upgrade): the socket is the caller's, together
    // with what came after the head.
    struct Raw {
        Fd socket;
        std::string early;
    };
    Raw takeOver();

    int fd() const { return socket_.get(); }

private:
    enum class Body { None, Sized, Chunked, UntilClose };

    std::string headText(const HttpRequest& request, const std::string& framing) const;
    void sendAll(std::string_view data);
    bool sendWatching(std::string_view data);
    bool answeredWithError() const;
    bool fill(); // one recv(2) into the buffer; false at the end of the stream
    bool fillNow();
    void makeRoom();
    std::string readLine();
    void chooseBody(const HttpHead& head);
    bool nextChunk();

    Fd socket_;
    std::string hostHeader_, lastRequest_;
    std::unique_ptr<char[]> buffer_;
    size_t begin_ = 0, end_ = 0; // the unread part of buffer_
    size_t receivedBytes_ = 0;   // since the request was sent
    Body bodyKind_ = Body::None;
    uint64_t bodyLeft_ = 0; // of the body, or of the current chunk
    bool bodyDone_ = true, keepAlive_ = true, chunkedUpload_ = false, uploadBroken_ = false;
};

} // namespace ctrd::cli

#include "config.h"

#include "cli/http_client.h"

#include "base/error.h"
#include "base/strings.h"
#include "cli/connect.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ctrd::cli {

namespace {

// Large, because `logs` and `load` move gigabytes; untouched pages of it cost nothing.
constexpr size_t kBufferBytes = 512u << 10;
constexpr size_t kMaxHeadBytes = 64u << 10;

} // namespace

std::string HttpHead::header(const std::string& name) const {
    const auto it = headers.find(name);
    return it == headers.end() ? "" : it->second;
}

HttpConnection::HttpConnection(const Host& host)
    : socket_(connectTo(host)),
      hostHeader_(host.kind == Host::Kind::Unix ? "ctrd" : host.url().substr(6)),
      buffer_(new char[kBufferBytes]) {}

std::string HttpConnection::headText(const HttpRequest& request, const std::string& framing) const {
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + hostHeader_ +
                       "\r\nUser-Agent: ctr/" PACKAGE_VERSION "\r\n";
    if (request.upgrade) text += "Connection: Upgrade\r\nUpgrade: tcp\r\n";
    if (!request.contentType.empty()) text += "Content-Type: " + request.contentType + "\r\n";
    return text + framing + "\r\n";
}

void HttpConnection::send(const HttpRequest& request) {
    std::string framing;
    if (!request.body.empty() || request.method == "POST")
        framing = "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    lastRequest_ = request.method + " " + request.target;
    receivedBytes_ = 0;
    // One send for both: the daemon then has the whole request after one read.
    sendAll(headText(request, framing) + request.body);
}

void HttpConnection::sendHead(const HttpRequest& request, std::optional<uint64_t> length) {
    chunkedUpload_ = !length;
    uploadBroken_ = false;
    lastRequest_ = request.method + " " + request.target;
    receivedBytes_ = 0;
    sendAll(headText(request, length ? "Content-Length: " + std::to_string(*length) + "\r\n"
                                     : "Transfer-Encoding: chunked\r\n"));
}

bool HttpConnection::sendBody(std::string_view data) {
    if (uploadBroken_) return false;
    if (data.empty()) return true;
    bool sent = true;
    if (chunkedUpload_) {
        char size[24];
        std::snprintf(size, sizeof size, "%zx\r\n", data.size());
        sent = sendWatching(size) && sendWatching(data) && sendWatching("\r\n");
    } else {
        sent = sendWatching(data);
    }
    uploadBroken_ = !sent;
    return sent;
}

void HttpConnection::endBody() {
    if (chunkedUpload_ && !uploadBroken_) uploadBroken_ = !sendWatching("0\r\n\r\n");
}

void HttpConnection::sendAll(std::string_view data) {
    while (!data.empty()) {
        const ssize_t sent = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            data.remove_prefix(static_cast<size_t>(sent));
        } else if (errno == EPIPE || errno == ECONNRESET) {
            throw unavailable("the daemon hung up before it took '" + lastRequest_ + "'");
        } else if (errno != EINTR) {
            throw SystemError("cannot send '" + lastRequest_ + "' to the daemon");
        }
    }
}

// Sends, and takes in what the daemon says meanwhile: it may report progress while it reads, and it
// would block on us while we block on it.
bool HttpConnection::sendWatching(std::string_view data) {
    while (!data.empty()) {
        pollfd watched = {socket_.get(), POLLOUT, 0};
        if (end_ < kBufferBytes) watched.events |= POLLIN;
        if (::poll(&watched, 1, -1) < 0 && errno != EINTR)
            throw SystemError("cannot wait for the daemon");
        if ((watched.revents & POLLIN) != 0) {
            if (!fillNow() || answeredWithError()) return false;
        }
        if ((watched.revents & (POLLOUT | POLLERR | POLLHUP)) == 0) continue;
        const ssize_t sent =
            ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0)
            data.remove_prefix(static_cast<size_t>(sent));
        else if (errno == EPIPE || errno == ECONNRESET)
            return false;
        else if (errno != EINTR && errno != EAGAIN)
            throw SystemError("cannot send '" + lastRequest_ + "' to the daemon");
    }
    return true;
}

bool HttpConnection::answeredWithError() const {
    const std::string_view answer(buffer_.get() + begin_, end_ - begin_);
    return answer.size() > 9 && startsWith(answer, "HTTP/1.") && answer[9] >= '4';
}

void HttpConnection::makeRoom() {
    if (begin_ == end_) {
        begin_ = end_ = 0;
    } else if (end_ == kBufferBytes) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
}

bool HttpConnection::fill() {
    makeRoom();
    const ssize_t got =
        TEMP_FAILURE_RETRY(::recv(socket_.get(), buffer_.get() + end_, kBufferBytes - end_, 0));
    if (got < 0 && errno != ECONNRESET) throw SystemError("cannot read the daemon's answer");
    if (got <= 0) return false;
    end_ += static_cast<size_t>(got);
    receivedBytes_ += static_cast<size_t>(got);
    return true;
}

// As fill(), but never waits; true also where nothing had come.
bool HttpConnection::fillNow() {
    pollfd watched = {socket_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) <= 0 || fill();
}

std::string HttpConnection::readLine() {
    size_t searched = 0;
    while (true) {
        const char* start = buffer_.get() + begin_;
        const void* newline = std::memchr(start + searched, '\n', end_ - begin_ - searched);
        if (newline != nullptr) {
            const size_t length = static_cast<size_t>(static_cast<const char*>(newline) - start);
            std::string line(start, length);
            begin_ += length + 1;
            if (!line.empty() && line.back() == '\r') line.pop_back();
            return line;
        }
        searched = end_ - begin_;
        if (searched > kMaxHeadBytes)
            throw internalError("the daemon's answer has an endless header");
        if (!fill())
            throw unavailable("the daemon hung up before it answered '" + lastRequest_ + "'");
    }
}

HttpHead HttpConnection::readHead() {
    HttpHead head;
    do {
        const std::string line = readLine();
        const auto words = splitWords(line);
        const auto status = words.size() > 1 ? parseInt(words[1]) : std::nullopt;
        if (!startsWith(line, "HTTP/1.") || !status)
            throw internalError("this is no HTTP answer: '" + line.substr(0, 80) + "'");
        head = HttpHead();
        head.status = static_cast<int>(*status);
        keepAlive_ = !startsWith(line, "HTTP/1.0");
        for (std::string field = readLine(); !field.empty(); field = readLine()) {
            const auto pair = splitOnce(field, ':');
            if (pair) head.headers[toLower(pair->first)] = trim(pair->second);
        }
    } while (head.status == 100);
    chooseBody(head);
    return head;
}

// RFC 7230, 3.3.3.
void HttpConnection::chooseBody(const HttpHead& head) {
    const std::string length = head.header("content-length");
    bodyLeft_ = 0;
    if (toLower(head.header("connection")) == "close") keepAlive_ = false;
    if (head.status == 204 || head.status == 304 || head.status / 100 == 1 ||
        startsWith(lastRequest_, "HEAD ")) {
        bodyKind_ = Body::None;
    } else if (toLower(head.header("transfer-encoding")) == "chunked") {
        bodyKind_ = Body::Chunked;
    } else if (!length.empty()) {
        const auto bytes = parseInt(length);
        if (!bytes || *bytes < 0)
            throw internalError("the daemon's answer has the length '" + length + "'");
        bodyKind_ = Body::Sized;
        bodyLeft_ = static_cast<uint64_t>(*bytes);
    } else {
        bodyKind_ = Body::UntilClose;
        keepAlive_ = false;
    }
    bodyDone_ = bodyKind_ == Body::None || (bodyKind_ == Body::Sized && bodyLeft_ == 0);
}

// Reads the next chunk's size line; false at the last chunk, whose trailer is read too.
bool HttpConnection::nextChunk() {
    std::string line = readLine();
    // The line end that closes the chunk before.
    if (line.empty()) line = readLine();
    char* end = nullptr;
    errno = 0;
    bodyLeft_ = std::strtoull(line.c_str(), &end, 16);
    if (end == line.c_str() || errno != 0)
        throw internalError("the daemon's answer has a chunk of size '" + line.substr(0, 40) + "'");
    if (bodyLeft_ > 0) return true;
    while (!readLine().empty()) {
    }
    return false;
}

std::string_view HttpConnection::readPiece() {
    if (bodyDone_) return {};
    if (bodyKind_ == Body::Chunked && bodyLeft_ == 0 && !nextChunk()) {
        bodyDone_ = true;
        return {};
    }
    if (begin_ == end_ && !fill()) {
        bodyDone_ = true;
        keepAlive_ = false;
        if (bodyKind_ == Body::UntilClose) return {};
        throw unavailable("the daemon hung up in the middle of its answer to '" + lastRequest_ +
                          "'");
    }
    size_t size = end_ - begin_;
    if (bodyKind_ != Body::UntilClose) {
        size = static_cast<size_t>(std::min<uint64_t>(size, bodyLeft_));
        bodyLeft_ -= size;
        if (bodyKind_ == Body::Sized && bodyLeft_ == 0) bodyDone_ = true;
    }
    const std::string_view piece(buffer_.get() + begin_, size);
    begin_ += size;
    return piece;
}

std::string HttpConnection::readBody() {
    std::string body;
    for (auto piece = readPiece(); !piece.empty(); piece = readPiece())
        body += piece;
    return body;
}

bool HttpConnection::hasBuffered() const {
    const std::string_view waiting(buffer_.get() + begin_, end_ - begin_);
    if (bodyDone_) return true;
    if (bodyKind_ != Body::Chunked || bodyLeft_ > 0) return !waiting.empty();
    // A whole size line and a byte after it; the line end of the last chunk comes first.
    const size_t from = startsWith(waiting, "\r\n") ? 2 : 0;
    const size_t newline = waiting.find('\n', from);
    return newline != std::string_view::npos && newline + 1 < waiting.size();
}

bool HttpConnection::reusable() const {
    return bodyDone_ && keepAlive_ && !uploadBroken_ && socket_ && begin_ == end_;
}

HttpConnection::Raw HttpConnection::takeOver() {
    Raw raw;
    raw.early.assign(buffer_.get() + begin_, end_ - begin_);
    raw.socket = std::move(socket_);
    return raw;
}

} // namespace ctrd::cli

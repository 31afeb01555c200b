#include "api/http/connection.h"

#include "api/http/response_header.h"
#include "api/http/socket_stream.h"
#include "api/http/target.h"
#include "base/error.h"
#include "base/strings.h"
#include "base/sync.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <limits>

#include <poll.h>
#include <sys/socket.h>

namespace ctrd::api::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::buffer_body>;
using std::chrono::seconds;

constexpr uint32_t kHeaderLimit = 256u << 10;
constexpr size_t kTargetLimit = 128u << 10;
constexpr std::chrono::milliseconds kHeaderPickup{20};
constexpr seconds kHeaderTime{30}, kIdleTime{300}, kLingerTime{2};
// What is worth reading of a body nobody wanted, to keep the connection.
constexpr size_t kDrainLimit = 256u << 10;

std::string toString(beast::string_view text) {
    return {text.data(), text.size()};
}

Request requestOf(const Parser::value_type& message) {
    Request request;
    request.method = toString(message.method_string());
    request.minor = static_cast<int>(message.version() % 10);
    for (const auto& field : message) {
        const auto name = field.name_string();
        std::string& known = request.headers[toLower(std::string_view(name.data(), name.size()))];
        if (!known.empty()) known += ", ";
        known += toString(field.value());
    }
    const auto target = message.target();
    parseTarget({target.data(), target.size()}, request);
    return request;
}

// Of the moment of connect(2), so a process that passes its socket on stays answerable for it.
Request::Peer peerOf(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) return {};
    return {credentials.pid, credentials.uid};
}

// A request that can be told to be wrong, with the status that says so.
struct Refusal {
    int status;
    std::string text;
};

} // namespace

struct Connection::Impl {
    Impl(Fd fd, bool isTcp) : stream(std::move(fd)), tcp(isTcp) {}

    SocketStream stream;
    const bool tcp;
    beast::flat_buffer buffer;
    // What shutdown() may touch, which another thread calls: the socket while it is ours, or a
    // duplicate of the one a handler took.
    struct Shared {
        int socket = -1;
        Fd taken;
        bool down = false;
    };
    Sync<Shared> shared;

    bool serveOne(const Handler& handler);
    bool readHeader(Parser& parser);
    void refuse(const Refusal& refusal);
    void lingeringClose();
};

namespace {

class ExchangeImpl : public Exchange {
public:
    ExchangeImpl(SocketStream& stream, beast::flat_buffer& buffer, Parser& parser, Request request)
        : stream_(stream),
          buffer_(buffer),
          parser_(parser),
          request_(std::move(request)),
          continueWanted_(toLower(request_.header("expect")) == "100-continue"),
          keepAlive_(parser.get().keep_alive()) {}

    const Request& request() const override { return request_; }
    size_t readBody(void* data, size_t size) override;
    void respond(int status, const std::string& contentType, const std::string& body) override;
    void setHeader(const std::string& name, const std::string& value) override;
    void beginStream(int status, const std::string& contentType) override;
    void write(std::string_view data) override;
    void breakOff() override { broken_ = true; }
    bool begun() const override { return begun_; }
    bool clientGone(int milliseconds) override;
    Hijacked hijack(const std::string& contentType) override;

    // After the handler: ends a stream, answers for a handler that did not.  Whether the
    // connection can serve another request.
    bool finish();
    bool hijacked() const { return hijacked_; }
    // Set before hijack() gives the socket away.
    std::function<void(int)> onHijack;

private:
    Headers headersOf(const std::string& contentType) const;
    bool drain(size_t limit);
    bool headOnly() const { return request_.method == "HEAD"; }

    SocketStream& stream_;
    beast::flat_buffer& buffer_;
    Parser& parser_;
    const Request request_;
    Headers extra_;
    bool continueWanted_;
    bool keepAlive_;
    bool begun_ = false, streaming_ = false, chunked_ = false, hijacked_ = false, broken_ = false;
};

size_t ExchangeImpl::readBody(void* data, size_t size) {
    if (parser_.is_done() || size == 0) return 0;
    if (continueWanted_ && !begun_) stream_.send("HTTP/1.1 100 Continue\r\n\r\n");
    continueWanted_ = false;
    while (!parser_.is_done()) {
        auto& body = parser_.get().body();
        body.data = data;
        body.size = size;
        body.more = true;
        error_code error;
        beast::http::read_some(stream_, buffer_, parser_, error);
        if (error && error != beast::http::error::need_buffer) {
            keepAlive_ = false;
            if (error.category() == make_error_code(beast::http::error::bad_chunk).category() &&
                error != beast::http::error::partial_message)
                throw invalidArgument("the request's body is malformed: " + error.message());
            throw unavailable("the client went away in the middle of the request's body");
        }
        if (body.size < size) return size - body.size;
    }
    return 0;
}

Headers ExchangeImpl::headersOf(const std::string& contentType) const {
    Headers headers = extra_;
    if (!contentType.empty()) headers.emplace_back("Content-Type", contentType);
    headers.emplace_back("Date", httpDate());
    if (!keepAlive_)
        headers.emplace_back("Connection", "close");
    else if (request_.minor == 0)
        headers.emplace_back("Connection", "keep-alive");
    return headers;
}

void ExchangeImpl::respond(int status, const std::string& contentType, const std::string& body) {
    // The client may send its body or not once it was not asked to go on: nobody knows where its
    // next request would begin.
    if (continueWanted_ && !parser_.is_done()) keepAlive_ = false;
    const bool bodiless = status == 204 || status == 304;
    Headers headers = headersOf(bodiless ? "" : contentType);
    if (!bodiless) headers.emplace_back("Content-Length", std::to_string(body.size()));
    begun_ = true;
    stream_.send(formatHeader(status, reasonPhrase(status), headers),
                 bodiless || headOnly() ? std::string_view() : std::string_view(body));
}

void ExchangeImpl::setHeader(const std::string& name, const std::string& value) {
    for (auto& [known, old] : extra_)
        if (toLower(known) == toLower(name)) {
            old = value;
            return;
        }
    extra_.emplace_back(name, value);
}

void ExchangeImpl::beginStream(int status, const std::string& contentType) {
    // HTTP/1.0 knows no chunks: its stream ends with the connection.
    chunked_ = request_.minor > 0;
    if (!chunked_ || (continueWanted_ && !parser_.is_done())) keepAlive_ = false;
    Headers headers = headersOf(contentType);
    if (chunked_) headers.emplace_back("Transfer-Encoding", "chunked");
    begun_ = streaming_ = true;
    stream_.send(formatHeader(status, reasonPhrase(status), headers));
}

void ExchangeImpl::write(std::string_view data) {
    if (data.empty() || headOnly()) return;
    if (!chunked_) return stream_.send(data);
    char size[24];
    const int n = snprintf(size, sizeof size, "%zx\r\n", data.size());
    stream_.send({size, static_cast<size_t>(n)}, data, "\r\n");
}

bool ExchangeImpl::clientGone(int milliseconds) {
    pollfd poller{stream_.fd(), POLLRDHUP, 0};
    return poll(&poller, 1, milliseconds) > 0 &&
           (poller.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

Exchange::Hijacked ExchangeImpl::hijack(const std::string& contentType) {
    if (begun_) throw internalError("the connection was answered on before it was taken over");
    if (!drain(kDrainLimit)) throw invalidArgument("the request's body is too long");
    Headers headers = extra_;
    headers.emplace_back("Content-Type", contentType);
    const bool upgrade = request_.headers.count("upgrade") > 0;
    if (upgrade) {
        headers.emplace_back("Connection", "Upgrade");
        headers.emplace_back("Upgrade", "tcp");
    }
    begun_ = hijacked_ = true;
    keepAlive_ = false;
    stream_.setDeadline(std::nullopt);
    stream_.send(formatHeader(upgrade ? 101 : 200, upgrade ? "UPGRADED" : "OK", headers));
    // Python's client reads the header through a buffer and the output past it: output that comes
    // before the header was read is lost in that buffer.
    stream_.awaitReader(kHeaderPickup);
    Hijacked taken;
    const auto pending = buffer_.data();
    taken.pendingInput.assign(static_cast<const char*>(pending.data()), pending.size());
    buffer_.consume(pending.size());
    onHijack(stream_.fd());
    taken.socket = stream_.release();
    return taken;
}

// Whether the body's end was reached.
bool ExchangeImpl::drain(size_t limit) {
    std::vector<char> unwanted(16u << 10);
    for (size_t total = 0; total <= limit;) {
        const size_t n = readBody(unwanted.data(), unwanted.size());
        if (n == 0) return true;
        total += n;
    }
    return false;
}

bool ExchangeImpl::finish() {
    if (hijacked_ || broken_) return false;
    if (!begun_)
        respond(500, "text/plain; charset=utf-8", "the request was not answered\n");
    else if (streaming_ && chunked_ && !headOnly())
        stream_.send("0\r\n\r\n");
    return keepAlive_ && drain(kDrainLimit);
}

// What a parser's complaint means for the client; nothing where there is nobody to tell.
std::optional<Refusal> refusalOf(const error_code& error, bool somethingCame) {
    if (error == boost::asio::error::timed_out && somethingCame)
        return Refusal{408, "the request's header took too long"};
    if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow)
        return Refusal{
            431, "the request's header is longer than " + std::to_string(kHeaderLimit) + " bytes"};
    if (error == beast::http::error::partial_message ||
        error == beast::http::error::end_of_stream ||
        error.category() != make_error_code(beast::http::error::bad_method).category())
        return std::nullopt;
    return Refusal{400, "malformed HTTP request: " + error.message()};
}

// What Beast lets pass and we do not.
std::optional<Refusal> refusalOf(const Parser::value_type& message) {
    if (message.target().size() > kTargetLimit)
        return Refusal{414, "the URL is longer than " + std::to_string(kTargetLimit) + " bytes"};
    const std::string coding = toLower(toString(message[beast::http::field::transfer_encoding]));
    if (!coding.empty() && coding != "chunked")
        return Refusal{501, "the transfer encoding '" + coding + "' is not known"};
    const std::string expectation = toLower(toString(message[beast::http::field::expect]));
    if (!expectation.empty() && expectation != "100-continue")
        return Refusal{417, "the expectation '" + expectation + "' is not known"};
    return std::nullopt;
}

} // namespace

void Connection::Impl::refuse(const Refusal& refusal) {
    const std::string body = refusal.text + "\n";
    const Headers headers = {{"Content-Type", "text/plain; charset=utf-8"},
                             {"Date", httpDate()},
                             {"Connection", "close"},
                             {"Content-Length", std::to_string(body.size())}};
    stream.send(formatHeader(refusal.status, reasonPhrase(refusal.status), headers), body);
    lingeringClose();
}

// Closing a socket with unread input resets the connection, and the reset can overtake the answer:
// so the client is told the end first, and given a moment to read it.
void Connection::Impl::lingeringClose() {
    ::shutdown(stream.fd(), SHUT_WR);
    stream.setDeadline(SocketStream::Clock::now() + kLingerTime);
    std::vector<char> unwanted(16u << 10);
    error_code error;
    while (!error)
        stream.read_some(boost::asio::buffer(unwanted), error);
}

// False where the connection is to be closed.
bool Connection::Impl::readHeader(Parser& parser) {
    parser.header_limit(kHeaderLimit);
    // Not boost::none: Boost 1.74 then refuses every body.
    parser.body_limit(std::numeric_limits<uint64_t>::max());
    error_code error;
    if (buffer.size() == 0) {
        if (tcp) stream.setDeadline(SocketStream::Clock::now() + kIdleTime);
        const size_t n = stream.read_some(buffer.prepare(4096), error);
        buffer.commit(n);
        if (error) return false;
    }
    if (tcp) stream.setDeadline(SocketStream::Clock::now() + kHeaderTime);
    beast::http::read_header(stream, buffer, parser, error);
    stream.setDeadline(std::nullopt);
    const auto refusal = error ? refusalOf(error, true) : refusalOf(parser.get());
    if (refusal) refuse(*refusal);
    return !error && !refusal;
}

bool Connection::Impl::serveOne(const Handler& handler) {
    Parser parser;
    if (!readHeader(parser)) return false;
    Request request;
    try {
        request = requestOf(parser.get());
        if (!tcp) request.peer = peerOf(stream.fd());
    } catch (const Error& e) {
        refuse({400, e.what()});
        return false;
    }
    ExchangeImpl exchange(stream, buffer, parser, std::move(request));
    exchange.onHijack = [this](int fd) {
        auto lock = shared.lock();
        lock->taken = duplicate(fd);
        lock->socket = -1;
        if (lock->down) ::shutdown(lock->taken.get(), SHUT_RDWR);
    };
    handler(exchange);
    if (exchange.finish()) return true;
    if (!exchange.hijacked()) lingeringClose();
    return false;
}

Connection::Connection(Fd socket, bool tcp) : impl_(new Impl(std::move(socket), tcp)) {
    impl_->shared.lock()->socket = impl_->stream.fd();
}

Connection::~Connection() = default;

void Connection::serve(const Handler& handler) {
    try {
        while (impl_->serveOne(handler)) {
        }
    } catch (const Error&) {
        // The client went away: nobody is left to be told.
    }
    // Before the descriptor is closed, and with that may become somebody else's.
    impl_->shared.lock()->socket = -1;
}

void Connection::shutdown() {
    auto lock = impl_->shared.lock();
    lock->down = true;
    const int fd = lock->taken ? lock->taken.get() : lock->socket;
    if (fd >= 0) ::shutdown(fd, SHUT_RDWR);
}

} // namespace ctrd::api::http

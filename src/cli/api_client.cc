#include "cli/api_client.h"

#include "base/json.h"
#include "base/log.h"
#include "base/strings.h"

#include <cctype>

namespace ctrd::cli {

namespace {

ErrorKind kindOfStatus(int status) {
    switch (status) {
        case 400:
        case 406:
            return ErrorKind::InvalidArgument;
        case 401:
        case 403:
            return ErrorKind::Unauthorized;
        case 404:
            return ErrorKind::NotFound;
        case 409:
            return ErrorKind::Conflict;
        case 501:
            return ErrorKind::NotSupported;
        case 503:
            return ErrorKind::Unavailable;
        default:
            return ErrorKind::Internal;
    }
}

std::string targetOf(const std::string& path, const Query& query) {
    std::string target = std::string("/v") + kApiVersion + path;
    char separator = '?';
    for (const auto& [key, value] : query) {
        target += separator + urlEncode(key) + "=" + urlEncode(value);
        separator = '&';
    }
    return target;
}

ApiError errorOf(int status, const std::string& body) {
    std::string text = trim(body);
    std::optional<int> exitCode;
    if (startsWith(text, "{")) {
        const Json json = parseJson(text, "the daemon's error");
        text = getString(json, "message", text);
        if (json.contains("ExitCode")) exitCode = static_cast<int>(getInt(json, "ExitCode"));
    }
    if (text.empty()) text = "the daemon answered with status " + std::to_string(status);
    return {status, text, exitCode};
}

} // namespace

ApiError::ApiError(int httpStatus, const std::string& text, std::optional<int> exitStatus)
    : Error(kindOfStatus(httpStatus), text), status_(httpStatus), exitCode_(exitStatus) {}

bool isDaemonGone(const Error& error) {
    return error.kind() == ErrorKind::Unavailable &&
           dynamic_cast<const ApiError*>(&error) == nullptr;
}

std::string urlEncode(const std::string& text) {
    static const char digits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || containsChar("-_.~", c))
            encoded += c;
        else
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return encoded;
}

Exchange::Exchange(ApiClient& client, std::unique_ptr<HttpConnection> connection,
                   HttpRequest request, bool mayRetry)
    : client_(&client),
      connection_(std::move(connection)),
      request_(std::move(request)),
      mayRetry_(mayRetry) {}

HttpHead Exchange::head() {
    HttpHead head;
    try {
        head = connection_->readHead();
    } catch (const Error& e) {
        // The daemon may close a connection that was idle just as we use it again.
        if (!mayRetry_ || e.kind() != ErrorKind::Unavailable || !connection_->untouched()) throw;
        connection_ = std::make_unique<HttpConnection>(client_->host_);
        connection_->send(request_);
        head = connection_->readHead();
    }
    log::debug(request_.method + " " + request_.target + ": " + std::to_string(head.status));
    if (head.status >= 400) throw errorOf(head.status, connection_->readBody());
    return head;
}

Json Exchange::json() {
    head();
    const std::string body = connection_->readBody();
    client_->giveBack(std::move(connection_));
    if (trim(body).empty()) return nullptr;
    return parseJson(body, "the daemon's answer to " + request_.target);
}

std::unique_ptr<HttpConnection> ApiClient::takeConnection(bool& kept) {
    kept = !idle_.empty();
    if (!kept) return std::make_unique<HttpConnection>(host_);
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
}

void ApiClient::giveBack(std::unique_ptr<HttpConnection> connection) {
    if (connection->reusable()) idle_.push_back(std::move(connection));
}

void ApiClient::connectAhead(size_t count) {
    while (idle_.size() < count)
        idle_.push_back(std::make_unique<HttpConnection>(host_));
}

Exchange ApiClient::begin(const std::string& method, const std::string& path, const Query& query) {
    return begin(method, path, query, nullptr);
}

Exchange ApiClient::begin(const std::string& method, const std::string& path, const Query& query,
                          const Json& body, bool upgrade) {
    HttpRequest request;
    request.method = method;
    request.target = targetOf(path, query);
    request.upgrade = upgrade;
    if (!body.is_null()) {
        request.contentType = "application/json";
        request.body = dumpJson(body);
    }
    bool kept = false;
    auto connection = takeConnection(kept);
    try {
        connection->send(request);
    } catch (const Error& e) {
        if (!kept || e.kind() != ErrorKind::Unavailable) throw;
        connection = std::make_unique<HttpConnection>(host_);
        connection->send(request);
    }
    return {*this, std::move(connection), std::move(request), kept};
}

Exchange ApiClient::beginUpload(const std::string& path, const Query& query,
                                const std::string& contentType, std::optional<uint64_t> length,
                                const std::string& method) {
    HttpRequest request;
    request.method = method;
    request.target = targetOf(path, query);
    request.contentType = contentType;
    auto connection = std::make_unique<HttpConnection>(host_);
    connection->sendHead(request, length);
    return {*this, std::move(connection), std::move(request), false};
}

Json ApiClient::get(const std::string& path, const Query& query) {
    return begin("GET", path, query).json();
}

Json ApiClient::post(const std::string& path, const Query& query) {
    return begin("POST", path, query).json();
}

Json ApiClient::post(const std::string& path, const Query& query, const Json& body) {
    return begin("POST", path, query, body).json();
}

Json ApiClient::remove(const std::string& path, const Query& query) {
    return begin("DELETE", path, query).json();
}

std::string ApiClient::getText(const std::string& path, const Query& query) {
    Exchange exchange = begin("GET", path, query);
    exchange.head();
    std::string body = exchange.connection().readBody();
    giveBack(std::move(exchange.connection_));
    return body;
}

} // namespace ctrd::cli

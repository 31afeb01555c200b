#pragma once

#include "base/error.h"
#include "base/json_fwd.h"
#include "cli/http_client.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ctrd::cli {

inline constexpr const char* kApiVersion = "1.44";

// The daemon's refusal, in its own words.
class ApiError : public Error {
public:
    ApiError(int httpStatus, const std::string& text, std::optional<int> exitStatus = std::nullopt);

    int status() const { return status_; }
    // "ExitCode" of the answer: what a container that did not start counts as.
    std::optional<int> exitCode() const { return exitCode_; }

private:
    int status_;
    std::optional<int> exitCode_;
};

// Whether the daemon could not be reached or hung up, rather than refused.
bool isDaemonGone(const Error& error);

// The parameters of a request; values are encoded when it is sent.
using Query = std::vector<std::pair<std::string, std::string>>;

// "a b/c" to "a%20b%2Fc".
std::string urlEncode(const std::string& text);

// One request whose answer is still to be read.  Several may be on their way at once, each on its
// own connection.
class Exchange {
public:
    // Waits for the head; throws ApiError for a status from 400 on.
    HttpHead head();
    // The whole body as JSON, null where it is empty; the connection goes back to its client.
    Json json();
    // For reading the body as it comes, after head().
    HttpConnection& connection() { return *connection_; }
    // After head(): the raw connection of an upgraded request.
    HttpConnection::Raw hijack() { return connection_->takeOver(); }

private:
    friend class ApiClient;
    Exchange(class ApiClient& client, std::unique_ptr<HttpConnection> connection,
             HttpRequest request, bool mayRetry);

    class ApiClient* client_;
    std::unique_ptr<HttpConnection> connection_;
    HttpRequest request_;
    bool mayRetry_;
};

// The Remote API of one daemon: paths as "/containers/json", errors as exceptions.  Connections are
// kept for the next request.  Not thread safe.
class ApiClient {
public:
    explicit ApiClient(Host host) : host_(std::move(host)) {}

    const Host& host() const { return host_; }

    // The whole answer as JSON; null for an answer without a body.
    Json get(const std::string& path, const Query& query = {});
    Json post(const std::string& path, const Query& query = {});
    Json post(const std::string& path, const Query& query, const Json& body);
    Json remove(const std::string& path, const Query& query = {});
    // The whole answer as it came.
    std::string getText(const std::string& path, const Query& query = {});

    // Sends and returns at once.
    Exchange begin(const std::string& method, const std::string& path, const Query& query = {});
    // With a body; null sends none.
    Exchange begin(const std::string& method, const std::string& path, const Query& query,
                   const Json& body, bool upgrade = false);
    // As begin(), for a body that is sent with Exchange::connection().sendBody().
    Exchange beginUpload(const std::string& path, const Query& query,
                         const std::string& contentType, std::optional<uint64_t> length,
                         const std::string& method = "POST");

    // Opens connections for requests that will come soon, so that the daemon accepts them while
    // this process waits for something else.
    void connectAhead(size_t count);

private:
    friend class Exchange;
    std::unique_ptr<HttpConnection> takeConnection(bool& kept);
    void giveBack(std::unique_ptr<HttpConnection> connection);

    Host host_;
    std::vector<std::unique_ptr<HttpConnection>> idle_;
};

} // namespace ctrd::cli

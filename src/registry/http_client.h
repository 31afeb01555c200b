#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ctrd::registry {

// HTTP and HTTPS from the client's side, over libcurl: what registries and imports are fetched
// with.  Honours http_proxy, https_proxy and no_proxy.  An object keeps its connections for the
// next request; for one thread at a time.
class HttpClient {
public:
    // What came before a body.
    struct Head {
        int status = 0;
        std::map<std::string, std::string> headers; // names in lower case
        int64_t size = -1;                          // bytes of the body, where it was told
    };
    using OnHead = std::function<void(const Head& head)>;
    using OnData = std::function<void(std::string_view data)>;

    HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    ~HttpClient();

    // Fetches `url` and follows up to 10 redirections, of which nothing is told.  `onHead` comes
    // once and before the first of `onData`, whatever the status is; what they throw ends the
    // request and comes through.  `headers` are lines ("Accept: text/plain").  Throws
    // InvalidArgument for what is no http or https URL, Unavailable where the server cannot be
    // reached, breaks off, or sends less than a byte a second for a minute.
    void get(const std::string& url, const std::vector<std::string>& headers, const OnHead& onHead,
             const OnData& onData);

private:
    void* curl_; // CURL*; the header is for the .cc alone
};

} // namespace ctrd::registry

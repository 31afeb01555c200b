#include "config.h"

#include "registry/http_client.h"

#include "base/error.h"
#include "base/finally.h"
#include "base/strings.h"

#include <curl/curl.h>

#include <exception>
#include <mutex>

namespace ctrd::registry {

namespace {

constexpr long kMaxRedirections = 10;
constexpr long kConnectSeconds = 30;
constexpr long kStalledSeconds = 60;

CURL* createHandle() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_ALL); });
    CURL* curl = curl_easy_init();
    if (curl == nullptr) throw internalError("cannot start libcurl");
    return curl;
}

void allowHttpOnly(CURL* curl) {
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

// One request on its way; libcurl calls back from C, so nothing may be thrown through it.
class Transfer {
public:
    Transfer(CURL* curl, const HttpClient::OnHead& onHead, const HttpClient::OnData& onData)
        : curl_(curl), onHead_(onHead), onData_(onData) {}

    static size_t header(char* data, size_t, size_t size, void* self) {
        return static_cast<Transfer*>(self)->guarded(size, [&](Transfer& transfer) {
            transfer.addHeader({data, size});
        });
    }
    static size_t body(char* data, size_t, size_t size, void* self) {
        return static_cast<Transfer*>(self)->guarded(size, [&](Transfer& transfer) {
            transfer.tellHead();
            transfer.onData_({data, size});
        });
    }

    // After the last byte.
    void finish() {
        if (failure_) std::rethrow_exception(failure_);
        tellHead();
    }
    std::exception_ptr failure() const { return failure_; }

private:
    template <typename F>
    size_t guarded(size_t size, F action) {
        try {
            action(*this);
            return size;
        } catch (...) {
            failure_ = std::current_exception();
            return 0;
        }
    }

    void addHeader(std::string_view line) {
        // A head of its own for each redirection: only the last counts.
        if (startsWith(line, "HTTP/")) head_ = {};
        const auto pair = splitOnce(line, ':');
        if (pair) head_.headers[toLower(trim(pair->first))] = trim(pair->second);
    }

    void tellHead() {
        if (told_) return;
        told_ = true;
        long status = 0;
        curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
        head_.status = static_cast<int>(status);
        const auto size = parseInt(head_.headers["content-length"]);
        if (size && *size >= 0) head_.size = *size;
        onHead_(head_);
    }

    CURL* curl_;
    const HttpClient::OnHead& onHead_;
    const HttpClient::OnData& onData_;
    HttpClient::Head head_;
    bool told_ = false;
    std::exception_ptr failure_;
};

void configure(CURL* curl, const std::string& url, curl_slist* headers, Transfer& transfer,
               char* message) {
    curl_easy_reset(curl);
    allowHttpOnly(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "ctrd/" PACKAGE_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMaxRedirections);
    // Its timeouts would use SIGALRM otherwise, which is no thread's.
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kStalledSeconds);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Transfer::header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
}

} // namespace

HttpClient::HttpClient() : curl_(createHandle()) {}

HttpClient::~HttpClient() {
    curl_easy_cleanup(curl_);
}

void HttpClient::get(const std::string& url, const std::vector<std::string>& headers,
                     const OnHead& onHead, const OnData& onData) {
    if (!startsWith(url, "http://") && !startsWith(url, "https://"))
        throw invalidArgument("'" + url + "' is no http:// or https:// URL");
    curl_slist* lines = nullptr;
    const Finally freeLines([&] { curl_slist_free_all(lines); });
    for (const auto& header : headers)
        lines = curl_slist_append(lines, header.c_str());
    char message[CURL_ERROR_SIZE] = {};
    Transfer transfer(curl_, onHead, onData);
    configure(curl_, url, lines, transfer, message);
    const CURLcode result = curl_easy_perform(curl_);
    if (result != CURLE_OK && !transfer.failure())
        throw unavailable("cannot fetch '" + url +
                          "': " + (*message != '\0' ? message : curl_easy_strerror(result)));
    transfer.finish();
}

} // namespace ctrd::registry

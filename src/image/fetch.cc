#include "image/fetch.h"

#include "base/error.h"
#include "base/json.h"
#include "registry/http_client.h"

#include <algorithm>

namespace ctrd::image {

namespace {

// Not more often, because a terminal shows no more.
constexpr Timestamp kProgressInterval = kSecond / 10;

void requireFound(const std::string& url, int status) {
    if (status == 200) return;
    const std::string text =
        "cannot fetch '" + url + "': the server answered with status " + std::to_string(status);
    throw status == 404 ? notFound(text) : unavailable(text);
}

void fetch(const std::string& url, std::atomic<int64_t>& total, archive::Sink& out) {
    registry::HttpClient client;
    client.get(
        url, {},
        [&](const registry::HttpClient::Head& head) {
            requireFound(url, head.status);
            total = std::max<int64_t>(head.size, 0);
        },
        [&](std::string_view data) { out.write(data.data(), data.size()); });
}

} // namespace

std::string completeUrl(const std::string& text) {
    return text.find("://") == std::string::npos ? "http://" + text : text;
}

FetchedArchive::FetchedArchive(const std::string& url, const Progress& progress)
    : progress_(progress), body_([this, url](archive::Sink& out) { fetch(url, total_, out); }) {}

size_t FetchedArchive::read(void* buffer, size_t size) {
    const size_t got = body_.read(buffer, size);
    current_ += static_cast<int64_t>(got);
    if (got == 0 || now() - told_ >= kProgressInterval) tell();
    return got;
}

void FetchedArchive::tell() {
    told_ = now();
    progress_(Json{{"status", "Importing"},
                   {"progressDetail", {{"current", current_}, {"total", total_.load()}}}});
}

} // namespace ctrd::image

#include "api/http/response_header.h"

#include <algorithm>
#include <ctime>

namespace ctrd::api::http {

const char* reasonPhrase(int status) {
    static constexpr std::pair<int, const char*> kPhrases[] = {
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {414, "URI Too Long"},
        {417, "Expectation Failed"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
    };
    for (const auto& [code, phrase] : kPhrases)
        if (code == status) return phrase;
    return "Status";
}

std::string formatHeader(int status, const std::string& reason, const Headers& headers) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + " " + reason + "\r\n";
    for (const auto& [name, value] : headers) {
        std::string clean = value;
        std::replace_if(
            clean.begin(), clean.end(), [](unsigned char c) { return c < ' ' || c == 127; }, ' ');
        text.append(name).append(": ").append(clean).append("\r\n");
    }
    return text.append("\r\n");
}

std::string httpDate() {
    // Not strftime's %a and %b: those follow the locale.
    static const char* const kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const time_t present = time(nullptr);
    struct tm t {};
    gmtime_r(&present, &t);
    char text[64];
    snprintf(text, sizeof text, "%s, %02d %s %d %02d:%02d:%02d GMT", kDays[t.tm_wday], t.tm_mday,
             kMonths[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
    return text;
}

} // namespace ctrd::api::http

#include "base/time.h"

#include "base/error.h"
#include "base/strings.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace ctrd {

namespace {

constexpr const char* kNever = "0001-01-01T00:00:00Z";

// Nanoseconds from the digits after the point; `at` is moved behind them.
int64_t readFraction(std::string_view text, size_t& at) {
    int64_t value = 0;
    int digits = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        if (digits >= 9) continue;
        value = value * 10 + (text[at] - '0');
        ++digits;
    }
    for (; digits < 9; ++digits)
        value *= 10;
    return value;
}

// Seconds east of Greenwich from "Z" or "+02:00".
std::optional<int64_t> readZone(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return std::nullopt;
    const auto hours = parseInt(text.substr(1, 2));
    const auto minutes = parseInt(text.substr(4, 2));
    if (!hours || !minutes) return std::nullopt;
    return (text[0] == '-' ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

struct Unit {
    const char* name;
    double nanoseconds;
};

// Longer names first: "ms" would otherwise read as "m".
constexpr Unit kUnits[] = {
    {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 6e10}, {"h", 3.6e12}, {"d", 8.64e13},
};

const Unit* unitAt(std::string_view text) {
    for (const auto& unit : kUnits)
        if (startsWith(text, unit.name)) return &unit;
    return nullptr;
}

std::string count(long long n, const char* unit) {
    return std::to_string(n) + " " + unit + (n == 1 ? "" : "s");
}

} // namespace

Timestamp now() {
    timespec t{};
    clock_gettime(CLOCK_REALTIME, &t);
    return static_cast<Timestamp>(t.tv_sec) * kSecond + t.tv_nsec;
}

std::string formatTime(Timestamp time) {
    if (time == 0) return kNever;
    const time_t seconds = time / kSecond;
    tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    const size_t n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text + n, sizeof text - n, ".%09lldZ", static_cast<long long>(time % kSecond));
    return text;
}

std::optional<Timestamp> parseTime(std::string_view text) {
    if (text == kNever) return 0;
    tm parts{};
    const std::string copy(text);
    const char* rest = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (rest == nullptr) return std::nullopt;
    size_t at = static_cast<size_t>(rest - copy.c_str());
    int64_t fraction = 0;
    if (at < text.size() && text[at] == '.') fraction = readFraction(text, ++at);
    const auto zone = readZone(text.substr(at));
    if (!zone) return std::nullopt;
    return (static_cast<Timestamp>(timegm(&parts)) - *zone) * kSecond + fraction;
}

Timestamp parseMoment(const std::string& text, Timestamp now) {
    if (const auto time = parseTime(text)) return *time;
    tm parts{};
    for (const char* format : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
        parts = {};
        const char* rest = strptime(text.c_str(), format, &parts);
        if (rest != nullptr && *rest == '\0')
            return static_cast<Timestamp>(timegm(&parts)) * kSecond;
    }
    const std::string digits = text.substr(0, text.find('.'));
    if (const auto seconds = parseInt(digits)) {
        size_t at = digits.size() + 1;
        return *seconds * kSecond + (at < text.size() ? readFraction(text, at) : 0);
    }
    if (const auto duration = parseDuration(text)) return now - *duration;
    throw invalidArgument("invalid time '" + text +
                          "': seconds since 1970, a date or a duration such as 10m is wanted");
}

std::optional<int64_t> parseDuration(std::string_view text) {
    if (text == "0") return 0;
    double total = 0;
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
        const std::string copy(text);
        char* end = nullptr;
        if (copy[0] < '0' || copy[0] > '9') return std::nullopt;
        const double value = std::strtod(copy.c_str(), &end);
        text.remove_prefix(static_cast<size_t>(end - copy.c_str()));
        const Unit* unit = unitAt(text);
        if (unit == nullptr) return std::nullopt;
        total += value * unit->nanoseconds;
        text.remove_prefix(std::string_view(unit->name).size());
    }
    if (total > 9.2e18) return std::nullopt;
    return static_cast<int64_t>(std::llround(total));
}

std::string humanDuration(int64_t nanoseconds) {
    const long long seconds = nanoseconds / kSecond;
    const long long minutes = seconds / 60;
    const long long hours = (minutes + 30) / 60;
    if (seconds < 1) return "Less than a second";
    if (seconds < 60) return count(seconds, "second");
    if (minutes == 1) return "About a minute";
    if (minutes < 60) return count(minutes, "minute");
    if (hours == 1) return "About an hour";
    if (hours < 48) return count(hours, "hour");
    if (hours < 24 * 14) return count(hours / 24, "day");
    if (hours < 24 * 30 * 2) return count(hours / 24 / 7, "week");
    if (hours < 24 * 365 * 2) return count(hours / 24 / 30, "month");
    return count(hours / 24 / 365, "year");
}

} // namespace ctrd

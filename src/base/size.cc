#include "base/size.h"

#include "base/error.h"
#include "base/strings.h"

#include <cstdio>
#include <limits>

namespace ctrd {

namespace {

std::string human(double value, double base, const char* const* units, int count,
                  const char* format) {
    int unit = 0;
    while (value >= base && unit < count - 1) {
        value /= base;
        ++unit;
    }
    char text[48];
    std::snprintf(text, sizeof text, format, value, units[unit]);
    return text;
}

// How many bytes the suffix stands for; 0 where it is unknown.
int64_t suffixFactor(const std::string& suffix) {
    if (suffix.empty() || suffix == "b") return 1;
    const std::string tail = suffix.substr(1);
    if (!tail.empty() && tail != "b" && tail != "ib") return 0;
    const std::string letters = "kmgtp";
    const size_t power = letters.find(suffix[0]);
    if (power == std::string::npos) return 0;
    return int64_t(1) << (10 * (power + 1));
}

} // namespace

int64_t parseBytes(std::string_view text, const std::string& what) {
    const auto refuse = [&] {
        return invalidArgument(
            "invalid " + what + " '" + std::string(text) +
            "': a number of bytes with an optional unit b, k, m, g or t is wanted");
    };
    if (text == "-1") return -1;
    const std::string lower = toLower(trim(text));
    const size_t digits = lower.find_first_not_of("0123456789");
    const auto number = parseInt(lower.substr(0, digits));
    if (!number) throw refuse();
    const int64_t factor =
        digits == std::string::npos ? 1 : suffixFactor(trim(lower.substr(digits)));
    if (factor == 0 || *number > std::numeric_limits<int64_t>::max() / factor) throw refuse();
    return *number * factor;
}

std::string humanSize(double bytes) {
    static const char* const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    return human(bytes, 1000.0, units, 6, "%.4g %s");
}

std::string humanSizeBinary(double bytes) {
    static const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    return human(bytes, 1024.0, units, 6, "%.4g %s");
}

} // namespace ctrd

#include "cli/moment.h"

#include "base/time.h"

#include <cstdio>

namespace ctrd::cli {

std::string momentParameter(const std::string& text) {
    const Timestamp moment = parseMoment(text, now());
    char seconds[48];
    std::snprintf(seconds, sizeof seconds, "%lld.%09lld", static_cast<long long>(moment / kSecond),
                  static_cast<long long>(moment % kSecond));
    return seconds;
}

} // namespace ctrd::cli

#include "api/wire/version.h"

#include "base/error.h"
#include "base/strings.h"

namespace ctrd::api::wire {

std::string toString(Version version) {
    return std::to_string(version.major) + "." + std::to_string(version.minor);
}

Version parseVersion(const std::string& text) {
    const auto parts = split(text, '.');
    const auto valid = [](const std::string& part) {
        return !part.empty() && part.size() <= 5 &&
               part.find_first_not_of("0123456789") == std::string::npos;
    };
    if (parts.size() != 2 || !valid(parts[0]) || !valid(parts[1]))
        throw invalidArgument("invalid API version: '" + text + "'");
    return {std::stoi(parts[0]), std::stoi(parts[1])};
}

void requireServed(Version version) {
    if (kNewest < version)
        throw invalidArgument(
            "client is newer than server (client API version: " + toString(version) +
            ", server API version: " + toString(kNewest) + ")");
    if (version < kOldest)
        throw invalidArgument("client is too old, minimum supported API version is " +
                              toString(kOldest) +
                              ", please upgrade your client to a newer version");
}

} // namespace ctrd::api::wire

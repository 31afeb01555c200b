#pragma once

#include <string>

namespace ctrd::api::wire {

// A version of the Docker Remote API: "1.19".
struct Version {
    int major = 1, minor = 44;
};

inline constexpr Version kOldest{1, 12}, kNewest{1, 44};

inline bool operator<(Version a, Version b) {
    return a.major != b.major ? a.major < b.major : a.minor < b.minor;
}
inline bool operator==(Version a, Version b) {
    return a.major == b.major && a.minor == b.minor;
}
inline bool operator>=(Version a, Version b) {
    return !(a < b);
}

std::string toString(Version version);

// Of "1.19"; InvalidArgument "invalid API version: 'X'" for anything but two numbers.
Version parseVersion(const std::string& text);

// InvalidArgument, in the words clients know, for a client older than kOldest or newer than
// kNewest.
void requireServed(Version version);

} // namespace ctrd::api::wire

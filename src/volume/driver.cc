#include "volume/driver.h"

#include "base/error.h"

#include <algorithm>
#include <climits>

namespace ctrd::volume {

namespace {

constexpr size_t kLongest = NAME_MAX - 8; // the driver puts a few letters in front

bool isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isAllowed(char c) {
    return isAlphanumeric(c) || c == '_' || c == '.' || c == '-';
}

} // namespace

void checkName(const std::string& name) {
    if (name.size() < 2)
        throw invalidArgument("volume name '" + name +
                              "' is too short: names should be at least two alphanumeric "
                              "characters");
    if (name.size() > kLongest)
        throw invalidArgument("volume name '" + name + "' is too long: " +
                              std::to_string(kLongest) + " characters are the limit");
    if (!isAlphanumeric(name[0]) || !std::all_of(name.begin(), name.end(), isAllowed))
        throw invalidArgument(
            "create " + name + ": \"" + name +
            "\" includes invalid characters for a local volume name, only "
            "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, "
            "use absolute path");
}

} // namespace ctrd::volume

#include "image/platform.h"

#include "base/json.h"

#include <map>

#include <sys/utsname.h>

namespace ctrd::image {

std::string hostArchitecture() {
    static const std::map<std::string, std::string> kNames = {
        {"x86_64", "amd64"}, {"i386", "386"},   {"i486", "386"},
        {"i586", "386"},     {"i686", "386"},   {"aarch64", "arm64"},
        {"armv6l", "arm"},   {"armv7l", "arm"}, {"armv8l", "arm"},
    };
    utsname name{};
    uname(&name);
    const auto found = kNames.find(name.machine);
    return found == kNames.end() ? name.machine : found->second;
}

int platformFit(const Json& platform) {
    if (platform.is_null()) return 1;
    if (getString(platform, "os") != "linux") return 0;
    if (getString(platform, "architecture") != hostArchitecture()) return 0;
    // A variant asks for a newer processor than the plain architecture does.
    return getString(platform, "variant").empty() ? 3 : 2;
}

std::string platformName(const Json& platform) {
    if (platform.is_null()) return "unknown";
    const std::string variant = getString(platform, "variant");
    return getString(platform, "os", "unknown") + "/" +
           getString(platform, "architecture", "unknown") + (variant.empty() ? "" : "/" + variant);
}

} // namespace ctrd::image

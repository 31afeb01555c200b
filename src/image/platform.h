#pragma once

#include "base/json_fwd.h"

#include <string>

namespace ctrd::image {

// What runs here, in the words of image configs: "amd64", "386", "arm64" …
std::string hostArchitecture();

// How well an OCI index entry's platform object fits this host: 0 not at all (another system or
// architecture, "unknown" as attestations have it), more is better.  No platform object fits.
int platformFit(const Json& platform);

// "linux/amd64", "linux/arm64/v8".
std::string platformName(const Json& platform);

} // namespace ctrd::image

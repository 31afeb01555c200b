#pragma once

#include <string>

namespace ctrd::cli {

// What --since and --until take ("10m", "2015-07-14", "1436878862"), as the API wants it: seconds
// since 1970 with nine digits behind the point.  Throws InvalidArgument.
std::string momentParameter(const std::string& text);

} // namespace ctrd::cli

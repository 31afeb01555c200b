#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ctrd {

// RFC 4648, section 4, with padding.
std::string encodeBase64(std::string_view data);
// Padding may be missing, and the alphabet for URLs (section 5) is taken too; nothing where it is
// neither.
std::optional<std::string> decodeBase64(std::string_view text);

} // namespace ctrd

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ctrd::api::wire {

// Docker's truth of a query parameter: everything but "", "0", "no", "false" and "none", in any
// case and with blanks around it.
bool boolValue(const std::string& text);

// A decimal number between the bounds; InvalidArgument "invalid NAME: 'X'" otherwise.
int64_t intValue(const std::string& name, const std::string& text, int64_t least, int64_t most);

} // namespace ctrd::api::wire

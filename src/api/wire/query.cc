#include "api/wire/query.h"

#include "base/error.h"
#include "base/strings.h"

namespace ctrd::api::wire {

bool boolValue(const std::string& text) {
    const std::string word = toLower(trim(text));
    for (const char* no : {"", "0", "no", "false", "none"})
        if (word == no) return false;
    return true;
}

int64_t intValue(const std::string& name, const std::string& text, int64_t least, int64_t most) {
    const auto number = parseInt(text);
    if (!number || *number < least || *number > most)
        throw invalidArgument("invalid " + name + ": '" + text + "'");
    return *number;
}

} // namespace ctrd::api::wire

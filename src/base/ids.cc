#include "base/ids.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/strings.h"

#include <algorithm>

#include <fcntl.h>

namespace ctrd {

std::string randomHex(size_t digits) {
    // /dev/urandom and not getrandom(2): 2.6.32 has no such call.
    static const Fd source = openFile("/dev/urandom", O_RDONLY);
    std::string bytes((digits + 1) / 2, '\0');
    if (readFully(source.get(), bytes.data(), bytes.size()) != bytes.size())
        throw internalError("/dev/urandom ended early");
    static const char* const hex = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += hex[byte >> 4];
        text += hex[byte & 15];
    }
    text.resize(digits);
    return text;
}

std::string newId() {
    for (;;) {
        std::string id = randomHex(kIdDigits);
        if (!parseInt(id.substr(0, 12))) return id;
    }
}

std::string shortId(std::string_view id) {
    const std::string_view prefix = "sha256:";
    if (startsWith(id, prefix)) id.remove_prefix(prefix.size());
    return std::string(id.substr(0, 12));
}

bool isHex(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

bool isFullId(std::string_view text) {
    return text.size() == kIdDigits && isHex(text);
}

} // namespace ctrd

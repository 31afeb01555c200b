#include "base/base64.h"

#include <cstdint>

namespace ctrd {

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<uint32_t> valueOf(char c) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
    const size_t at = kDigits.find(c);
    if (at == std::string_view::npos) return std::nullopt;
    return static_cast<uint32_t>(at);
}

} // namespace

std::string encodeBase64(std::string_view data) {
    std::string text;
    uint32_t bits = 0;
    int count = 0;
    for (const char c : data) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6)
            text += kDigits[bits >> (count - 6) & 63];
    }
    if (count > 0) text += kDigits[bits << (6 - count) & 63];
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::optional<std::string> decodeBase64(std::string_view text) {
    while (!text.empty() && text.back() == '=')
        text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string data;
    uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const auto value = valueOf(c);
        if (!value) return std::nullopt;
        bits = bits << 6 | *value;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        data += static_cast<char>(bits >> count & 0xff);
    }
    return data;
}

} // namespace ctrd

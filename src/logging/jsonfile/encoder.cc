#include "logging/jsonfile/encoder.h"

#include <array>

namespace ctrd::logging::jsonfile {

namespace {

constexpr const char* kHex = "0123456789abcdef";

// Bytes that stand for themselves between the quotes.
constexpr std::array<bool, 256> cleanBytes() {
    std::array<bool, 256> clean{};
    for (int c = 0x20; c < 0x80; ++c)
        clean[static_cast<size_t>(c)] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
    return clean;
}
constexpr auto kClean = cleanBytes();

void appendEscape(unsigned char c, std::string& out) {
    switch (c) {
        case '"':
        case '\\':
            out += '\\';
            out += static_cast<char>(c);
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        default:
            out += "\\u00";
            out += kHex[c >> 4];
            out += kHex[c & 15];
    }
}

// Valid second bytes of a UTF-8 sequence depend on the first: no overlong forms, no surrogates,
// nothing above U+10FFFF (Unicode, table 3-7).
struct Lead {
    unsigned char first, last; // of the lead byte
    unsigned char length;
    unsigned char low, high; // of the second byte
};
constexpr Lead kLeads[] = {
    {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf}, {0xe1, 0xec, 3, 0x80, 0xbf},
    {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf}, {0xf0, 0xf0, 4, 0x90, 0xbf},
    {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

// Bytes of the character that begins at `at`; 0 where none does.
size_t sequenceLength(const unsigned char* at, const unsigned char* end) {
    for (const auto& lead : kLeads) {
        if (*at < lead.first || *at > lead.last) continue;
        if (end - at < lead.length || at[1] < lead.low || at[1] > lead.high) return 0;
        for (int i = 2; i < lead.length; ++i)
            if ((at[i] & 0xc0) != 0x80) return 0;
        return lead.length;
    }
    return 0;
}

// U+2028 and U+2029 end a line in JavaScript; Go's encoder escapes them.
bool isLineSeparator(const unsigned char* at) {
    return at[0] == 0xe2 && at[1] == 0x80 && (at[2] & 0xfe) == 0xa8;
}

const unsigned char* appendCharacter(const unsigned char* at, const unsigned char* end,
                                     std::string& out) {
    const size_t length = sequenceLength(at, end);
    if (length == 0) {
        out += "\\ufffd";
        return at + 1;
    }
    if (length == 3 && isLineSeparator(at)) {
        out += "\\u202";
        out += kHex[at[2] & 15];
    } else {
        out.append(reinterpret_cast<const char*>(at), length);
    }
    return at + length;
}

} // namespace

void appendEscaped(std::string_view text, std::string& out) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    while (at < end) {
        const auto* const start = at;
        while (at < end && kClean[*at])
            ++at;
        out.append(reinterpret_cast<const char*>(start), static_cast<size_t>(at - start));
        if (at == end) break;
        if (*at < 0x80)
            appendEscape(*at++, out);
        else
            at = appendCharacter(at, end, out);
    }
}

void Encoder::setTime(Timestamp time) {
    const std::string rest = "\",\"time\":\"" + formatTime(time) + "\"}\n";
    tails_[static_cast<int>(Stream::Stdout)] = "\",\"stream\":\"stdout" + rest;
    tails_[static_cast<int>(Stream::Stderr)] = "\",\"stream\":\"stderr" + rest;
    time_ = time;
}

void Encoder::append(const Message& message, std::string& out) {
    if (message.time != time_) setTime(message.time);
    out += "{\"log\":\"";
    appendEscaped(message.line, out);
    out += tails_[static_cast<int>(message.stream)];
}

} // namespace ctrd::logging::jsonfile

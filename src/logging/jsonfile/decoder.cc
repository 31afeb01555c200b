#include "logging/jsonfile/decoder.h"

#include <cstring>

namespace ctrd::logging::jsonfile {

namespace {

constexpr size_t kSecondLength = sizeof "2015-07-14T13:01:02" - 1;

void appendUtf8(uint32_t c, std::string& out) {
    if (c < 0x80) {
        out += static_cast<char>(c);
        return;
    }
    if (c < 0x800) {
        out += static_cast<char>(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            out += static_cast<char>(0xe0 | c >> 12);
        } else {
            out += static_cast<char>(0xf0 | c >> 18);
            out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
        }
        out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    }
    out += static_cast<char>(0x80 | (c & 0x3f));
}

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// What stands behind a backslash, and what it means.
constexpr const char* kEscapes = "\"\\/bfnrt";
constexpr const char* kEscaped = "\"\\/\b\f\n\r\t";

constexpr uint32_t kReplacement = 0xfffd;

} // namespace

bool Decoder::decode(std::string_view line, Message& message) {
    // A file system that lost power leaves a run of zeros before the next line.
    while (!line.empty() && line.front() == '\0')
        line.remove_prefix(1);
    at_ = line.data();
    end_ = at_ + line.size();
    sawText_ = false;
    message = Message{};
    if (!take('{')) return false;
    do {
        if (!readMember(message)) return false;
    } while (take(','));
    if (!take('}') || !sawText_) return false;
    message.line = text_;
    message.partial = text_.empty() || text_.back() != '\n';
    return true;
}

bool Decoder::readMember(Message& message) {
    std::string_view key, value;
    if (!readPlainString(key) || !take(':')) return false;
    skipSpace();
    if (key == "log") return sawText_ = readString(text_);
    if (key == "time") return readTime(message.time);
    if (key != "stream") return skipValue();
    if (!readPlainString(value)) return false;
    message.stream = value == "stderr" ? Stream::Stderr : Stream::Stdout;
    return true;
}

bool Decoder::take(char c) {
    skipSpace();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
}

void Decoder::skipSpace() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\r'))
        ++at_;
}

bool Decoder::readPlainString(std::string_view& into) {
    if (!take('"')) return false;
    const void* quote = std::memchr(at_, '"', static_cast<size_t>(end_ - at_));
    if (quote == nullptr) return false;
    into = std::string_view(at_, static_cast<size_t>(static_cast<const char*>(quote) - at_));
    at_ = static_cast<const char*>(quote) + 1;
    return true;
}

bool Decoder::readString(std::string& into) {
    into.clear();
    if (!take('"')) return false;
    for (;;) {
        const void* quote = std::memchr(at_, '"', static_cast<size_t>(end_ - at_));
        if (quote == nullptr) return false;
        const auto length = static_cast<size_t>(static_cast<const char*>(quote) - at_);
        const void* backslash = std::memchr(at_, '\\', length);
        if (backslash == nullptr) {
            into.append(at_, length);
            at_ += length + 1;
            return true;
        }
        into.append(at_, static_cast<size_t>(static_cast<const char*>(backslash) - at_));
        at_ = static_cast<const char*>(backslash) + 1;
        if (!readEscape(into)) return false;
    }
}

// Behind the backslash.
bool Decoder::readEscape(std::string& into) {
    if (at_ == end_) return false;
    const char c = *at_++;
    if (c != 'u') {
        const char* known = c == '\0' ? nullptr : std::strchr(kEscapes, c);
        if (known == nullptr) return false;
        into += kEscaped[known - kEscapes];
        return true;
    }
    uint32_t code = 0;
    if (!readCodePoint(code)) return false;
    const bool high = code >= 0xd800 && code < 0xdc00;
    if (high && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
        const char* const second = at_;
        uint32_t low = 0;
        at_ += 2;
        if (!readCodePoint(low)) return false;
        if (low >= 0xdc00 && low < 0xe000)
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        else
            at_ = second;
    }
    appendUtf8(code >= 0xd800 && code < 0xe000 ? kReplacement : code, into);
    return true;
}

// Four hexadecimal digits.
bool Decoder::readCodePoint(uint32_t& into) {
    if (end_ - at_ < 4) return false;
    into = 0;
    for (int i = 0; i < 4; ++i) {
        const int digit = hexDigit(*at_++);
        if (digit < 0) return false;
        into = into << 4 | static_cast<uint32_t>(digit);
    }
    return true;
}

bool Decoder::readTime(Timestamp& into) {
    std::string_view text;
    if (!readPlainString(text) || text.size() <= kSecondLength) return false;
    const std::string_view second = text.substr(0, kSecondLength);
    if (second != secondText_) {
        const auto parsed = parseTime(std::string(second) + "Z");
        if (!parsed) return false;
        secondText_ = second;
        second_ = *parsed;
    }
    int64_t fraction = 0, unit = kSecond;
    size_t i = kSecondLength;
    if (text[i] == '.') {
        for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
            unit /= 10;
            fraction += (text[i] - '0') * unit;
        }
    }
    if (text.substr(i) == "Z") {
        into = second_ + fraction;
        return true;
    }
    const auto zoned = parseTime(text);
    if (!zoned) return false;
    into = *zoned;
    return true;
}

bool Decoder::skipString() {
    while (at_ < end_) {
        const char c = *at_++;
        if (c == '"') return true;
        if (c == '\\' && at_ < end_) ++at_;
    }
    return false;
}

// Any JSON value: what counts is where it ends.
bool Decoder::skipValue() {
    int depth = 0;
    while (at_ < end_) {
        const char c = *at_;
        if (depth == 0 && (c == ',' || c == '}')) return true;
        ++at_;
        if (c == '"' && !skipString()) return false;
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        if (depth < 0) return false;
    }
    return false;
}

} // namespace ctrd::logging::jsonfile

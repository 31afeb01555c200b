#include "logging/line_cutter.h"

#include <algorithm>
#include <cstring>

namespace ctrd::logging {

namespace {

// How many of the first kMaxPiece bytes make a piece: fewer where they end within a character.
size_t pieceLength(std::string_view bytes) {
    constexpr size_t kLongestCharacter = 4;
    size_t at = kMaxPiece;
    while (at > kMaxPiece - kLongestCharacter &&
           (static_cast<unsigned char>(bytes[at]) & 0xc0) == 0x80)
        --at;
    const bool boundary = (static_cast<unsigned char>(bytes[at]) & 0xc0) != 0x80;
    return boundary ? at : kMaxPiece;
}

} // namespace

void LineCutter::add(std::string_view bytes, Timestamp time) {
    while (!bytes.empty()) {
        const void* newline = std::memchr(bytes.data(), '\n', bytes.size());
        if (newline == nullptr) return hold(bytes, time);
        const size_t length =
            static_cast<size_t>(static_cast<const char*>(newline) - bytes.data()) + 1;
        if (held_.empty() && length <= kMaxPiece) {
            write(bytes.substr(0, length), time);
        } else {
            hold(bytes.substr(0, length), time);
            write(held_, time);
            held_.clear();
        }
        bytes.remove_prefix(length);
    }
}

// Leaves at most kMaxPiece bytes held: the rest of a line that is longer was written.
void LineCutter::hold(std::string_view bytes, Timestamp time) {
    while (held_.size() + bytes.size() > kMaxPiece) {
        const size_t taken = std::min(bytes.size(), kMaxPiece + 1 - held_.size());
        held_.append(bytes.substr(0, taken));
        bytes.remove_prefix(taken);
        const size_t length = pieceLength(held_);
        driver_.write({stream_, time, std::string_view(held_).substr(0, length), true});
        held_.erase(0, length);
    }
    held_.append(bytes);
}

void LineCutter::write(std::string_view line, Timestamp time) {
    driver_.write({stream_, time, line, false});
}

void LineCutter::finish(Timestamp time) {
    if (!held_.empty()) write(held_, time);
    held_.clear();
}

} // namespace ctrd::logging

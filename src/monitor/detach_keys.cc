#include "monitor/detach_keys.h"

#include "base/error.h"
#include "base/strings.h"

namespace ctrd::monitor {

namespace {

Error badKey(const std::string& key, const std::string& all) {
    return invalidArgument("invalid detach keys '" + all + "': '" + key +
                           "' is neither a character nor ctrl- and one of a-z @ [ \\ ] ^ _");
}

char keyByte(const std::string& key, const std::string& all) {
    if (key.size() == 1) return key[0];
    if (key == "DEL") return 127;
    if (!startsWith(key, "ctrl-") || key.size() != 6) throw badKey(key, all);
    const char c = key[5];
    if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 1);
    if (c == '@' || (c >= '[' && c <= '_')) return static_cast<char>(c - '@');
    throw badKey(key, all);
}

} // namespace

std::string parseDetachKeys(const std::string& text) {
    const std::string all = text.empty() ? kDefaultDetachKeys : text;
    std::string sequence;
    for (const auto& key : split(all, ','))
        sequence += keyByte(key, all);
    return sequence;
}

bool DetachKeys::filter(std::string_view typed, std::string& passed) {
    for (const char c : typed) {
        // What was held and does not fit any more is given on, as little of it as possible: in
        // "ctrl-p ctrl-p ctrl-q" the second ctrl-p may still begin the sequence.
        while (matched_ > 0 && c != sequence_[matched_]) {
            size_t shorter = matched_ - 1;
            while (sequence_.compare(0, shorter, sequence_, matched_ - shorter, shorter) != 0)
                --shorter;
            passed.append(sequence_, 0, matched_ - shorter);
            matched_ = shorter;
        }
        if (c == sequence_[matched_])
            ++matched_;
        else
            passed += c;
        if (matched_ == sequence_.size()) {
            matched_ = 0;
            return true;
        }
    }
    return false;
}

} // namespace ctrd::monitor

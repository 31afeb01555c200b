#pragma once

#include <string>
#include <string_view>

namespace ctrd::monitor {

inline constexpr const char* kDefaultDetachKeys = "ctrl-p,ctrl-q";

// The bytes of a key sequence as Docker writes it: characters and ctrl-X (X one of a-z @ [ \ ] ^ _)
// with commas between, DEL for 127.  "" is the default.  Throws InvalidArgument that names the key.
std::string parseDetachKeys(const std::string& text);

// Looks for the sequence in what a client types.
class DetachKeys {
public:
    // `sequence` as parseDetachKeys gives it.
    explicit DetachKeys(std::string sequence) : sequence_(std::move(sequence)) {}

    // Appends to `passed` what is for the process; keys that may begin the sequence are held back
    // until the next ones decide.  True once the sequence is complete; the rest is dropped.
    bool filter(std::string_view typed, std::string& passed);

private:
    std::string sequence_;
    size_t matched_ = 0; // keys of the sequence that came last
};

} // namespace ctrd::monitor

#pragma once

#include "logging/driver.h"

#include <string>
#include <string_view>

namespace ctrd::logging::jsonfile {

// Writes messages as Docker's json-file driver does, one a line:
//     {"log":"text\n","stream":"stdout","time":"2015-07-14T13:01:02.000000003Z"}
class Encoder {
public:
    void append(const Message& message, std::string& out);

private:
    void setTime(Timestamp time);

    // Everything behind the text, for the time of the message before: a batch shares one.
    Timestamp time_ = -1;
    std::string tails_[2]; // by Stream
};

// The text between the quotes: what JSON wants escaped, <, > and & as \u003c … (Go's encoder, and
// so Docker's files, escape them), each byte that is no UTF-8 as \ufffd.
void appendEscaped(std::string_view text, std::string& out);

} // namespace ctrd::logging::jsonfile

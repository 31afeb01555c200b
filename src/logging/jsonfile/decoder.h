#pragma once

#include "logging/driver.h"

#include <string>
#include <string_view>

namespace ctrd::logging::jsonfile {

// Reads back a line of a json-file log: an object with "log", "stream" and "time" in any order;
// members it does not know (Docker's "attrs") are passed over.
class Decoder {
public:
    // False where the line is none: torn or damaged.  `message.line` is valid until the next call.
    bool decode(std::string_view line, Message& message);

private:
    bool readMember(Message& message);
    bool readString(std::string& into);
    bool readPlainString(std::string_view& into);
    bool readEscape(std::string& into);
    bool readCodePoint(uint32_t& into);
    bool readTime(Timestamp& into);
    bool skipValue();
    bool skipString();
    void skipSpace();
    bool take(char c);

    const char* at_ = nullptr;
    const char* end_ = nullptr;
    std::string text_;
    bool sawText_ = false;
    // A second's text and its value: consecutive lines mostly share them.
    std::string secondText_;
    Timestamp second_ = 0;
};

} // namespace ctrd::logging::jsonfile

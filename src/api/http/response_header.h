#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ctrd::api::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// "OK" of 200; "Status" where HTTP has no word for it.
const char* reasonPhrase(int status);

// "HTTP/1.1 STATUS REASON", a line for every header, an empty line.  Line breaks and other control
// characters in a value become blanks: no text of a user's makes a header of its own.
std::string formatHeader(int status, const std::string& reason, const Headers& headers);

// "Tue, 14 Jul 2015 13:01:02 GMT", the present.
std::string httpDate();

} // namespace ctrd::api::http

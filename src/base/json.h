#pragma once

#include "base/json_fwd.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

// The library's template is instantiated once, in json.cc: every other file only reads it.
extern template class nlohmann::basic_json<>;

namespace ctrd {

// Throws InvalidArgument "invalid JSON in WHAT: …"; nesting deeper than 256 is refused, because the
// parser's consumers recurse.
Json parseJson(std::string_view text, const std::string& what);

// One line, invalid UTF-8 replaced by U+FFFD: the text of a log or a file name must not break an
// answer.
std::string dumpJson(const Json& json);

// Readers for objects that come from outside.  A member that is missing or null gives the default;
// a member of another type throws InvalidArgument that names the key: "Memory: a number is wanted".
std::string getString(const Json& object, const char* key, const std::string& otherwise = "");
int64_t getInt(const Json& object, const char* key, int64_t otherwise = 0);
double getDouble(const Json& object, const char* key, double otherwise = 0);
bool getBool(const Json& object, const char* key, bool otherwise = false);
std::vector<std::string> getStrings(const Json& object, const char* key);
// The member, or a null where it is missing; throws where `object` is neither object nor null.
const Json& getMember(const Json& object, const char* key);

} // namespace ctrd

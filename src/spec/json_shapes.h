#pragma once

#include "base/json_fwd.h"

#include <map>
#include <set>
#include <string>
#include <vector>

// Shapes that Docker's JSON repeats.  All take a missing or null member as empty and throw
// InvalidArgument that names the key where the type is wrong.
namespace ctrd::spec {

// {"a": "b"}; a null value reads as "".
std::map<std::string, std::string> getStringMap(const Json& object, const char* key);
// A Go set: {"80/tcp": {}}; only the keys count.
std::set<std::string> getKeySet(const Json& object, const char* key);
// A string or an array of strings; "" is one empty string.
std::vector<std::string> getStringOrList(const Json& object, const char* key);

Json keySetToJson(const std::set<std::string>& keys);
// An empty list is a null, as Docker writes its slices that nobody set.
Json listOrNull(const std::vector<std::string>& list);

} // namespace ctrd::spec

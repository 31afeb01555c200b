#pragma once

#include <string>

namespace ctrd::engine {

// "quiet_noether": an adjective and the surname of a scientist; with a digit behind where `retry`
// is not 0, because the plain name was taken.
std::string randomName(int retry);

// Strips the slash in front that Docker's API allows and throws InvalidArgument unless the rest is
// [a-zA-Z0-9][a-zA-Z0-9_.-]+ .
std::string checkName(const std::string& name);

} // namespace ctrd::engine

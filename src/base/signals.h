#pragma once

#include <string>

namespace ctrd {

// "KILL", "SIGKILL", "kill", "9", "RTMIN+3" to the number; throws InvalidArgument
// "invalid signal: X", the words Docker's clients look for.
int signalNumber(const std::string& name);
// "SIGKILL"; the number where it has no name.
std::string signalName(int number);

} // namespace ctrd

#pragma once

#include <string>
#include <string_view>
#include <vector>

// The part of a shell's word handling that Dockerfile lines and sysconfig files use.
namespace ctrd::image {

// Splits at white space outside quotes; quotes and backslashes stay in the words.  Throws
// InvalidArgument for a quote that does not end.
std::vector<std::string> splitShellWords(std::string_view text);

// Removes quotes and backslashes and puts in the values of `env` ("K=V"): $K, ${K}, ${K:-default},
// ${K:+instead}; nothing is put in between single quotes.  An unknown variable is empty.  Throws
// InvalidArgument for a quote or brace that does not end.
std::string expandShellWord(std::string_view word, const std::vector<std::string>& env);

// Only removes quotes and backslashes: what a shell does to a value that it splits into words.
std::string unquoteShellWord(std::string_view word);

} // namespace ctrd::image

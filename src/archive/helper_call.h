#pragma once

#include "archive/stream.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// The other end of ctrd-helper, the program that enters trees of files (helper_main.cc).
namespace ctrd::archive {

// The helper program.  Set once, before threads start; unset, it is the one beside the running
// program, or else the installed one.
void setHelperProgram(const std::string& path);
std::string helperProgram();

// Descriptors of the helper beside 0 (what it reads) and 1 (its answer).
inline constexpr int kHelperOutput = 3, kHelperRoot = 4, kHelperNamespace = 5;

struct HelperCall {
    std::vector<std::string> args;
    std::vector<std::pair<int, int>> fds; // {ours, the helper's}
    // At most one of the two: what it reads, until it wants no more of it, and what it writes on
    // kHelperOutput.
    Source* input = nullptr;
    Sink* output = nullptr;
};

// Runs the helper until it answers; returns the answer, a line.  Throws the error it answers, or
// Internal where it ends without one; what `input` and `output` throw comes through and ends it.
std::string callHelper(const HelperCall& call);
// The same for a helper that reads and answers with a number.
int64_t callHelper(const std::vector<std::string>& args, Source& input);

} // namespace ctrd::archive

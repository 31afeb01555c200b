#pragma once

#include <string>
#include <vector>

namespace ctrd::exec::setup {

// The file `name` stands for: itself where it holds a slash, else the first executable file of that
// name in the PATH of `env`.  Throws StartError with exit code 127 where there is none, 126 where
// it cannot be executed by this process.
std::string findProgram(const std::string& name, const std::vector<std::string>& env);

// Replaces the process.  Throws StartError with 127 or 126.
[[noreturn]] void runProgram(const std::string& file, const std::vector<std::string>& args,
                             const std::vector<std::string>& env);

// The value of the last "NAME=…" in `env`, "" where there is none.
std::string environmentValue(const std::vector<std::string>& env, const std::string& name);

} // namespace ctrd::exec::setup

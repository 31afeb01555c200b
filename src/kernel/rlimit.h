#pragma once

#include <cstdint>
#include <string>

// Limits of a process by their setrlimit names without RLIMIT_, lower case ("nofile"); unlimited is
// UINT64_MAX.
namespace ctrd::kernel {

// Sets one of the calling process.  Throws InvalidArgument for a name that is none and for a limit
// this process may not set.
void setRlimit(const std::string& name, uint64_t soft, uint64_t hard);

// Throws as setRlimit() would, and sets nothing.
void checkRlimit(const std::string& name, uint64_t soft, uint64_t hard);

} // namespace ctrd::kernel

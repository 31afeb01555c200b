#pragma once

#include "kernel/resources.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Reading and writing the files of a group.
namespace ctrd::kernel {

// Writes a limit.  A file this kernel does not have is a warning in the log, as the limit cannot be
// kept.  Throws InvalidArgument where the kernel refuses the value, Conflict where it is in use.
void writeLimit(const std::string& directory, const char* file, const std::string& value);
// As above, and leaves the kernel's value alone where it is zero.
void writeLimitUnlessZero(const std::string& directory, const char* file, int64_t value);

// The readers give nothing where the file is missing: a controller's files differ by kernel.
std::optional<std::string> readIfThere(const std::string& path);
// A file of one number; "max" and what overflows is UINT64_MAX.
std::optional<uint64_t> readNumber(const std::string& directory, const char* file);
// A file of lines "name number".
std::vector<std::pair<std::string, uint64_t>> readTable(const std::string& directory,
                                                        const char* file);
// A file of lines "8:0 Read 4096", or "8:0 4096" without an operation.
std::vector<BlkioEntry> readBlkio(const std::string& directory, const char* file);
// A file of process ids, one a line.
std::vector<int> readPids(const std::string& path);

} // namespace ctrd::kernel

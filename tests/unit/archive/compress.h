#pragma once

#include <string>

// Every form of compression that archives come in, in memory.
namespace ctrd::testing {

std::string gzip(const std::string& bytes);
std::string bzip2(const std::string& bytes);
std::string xz(const std::string& bytes);
std::string zstd(const std::string& bytes);

} // namespace ctrd::testing

#pragma once

#include <string>
#include <vector>

namespace ctrd {

// Those of `candidates` that begin with `word`, or else those nearest to it, a typing error or two
// away at most.
std::vector<std::string> spelledAlike(const std::string& word,
                                      const std::vector<std::string>& candidates);

// "; did you mean run or rm?", to be put behind a complaint about `word`; "" where nothing is
// spelled like it.
std::string didYouMean(const std::string& word, const std::vector<std::string>& candidates);

} // namespace ctrd

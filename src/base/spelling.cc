#include "base/spelling.h"

#include "base/strings.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace ctrd {

namespace {

// How many letters have to be put in, left out, replaced or swapped with their neighbour.
size_t distance(const std::string& a, const std::string& b) {
    std::vector<size_t> row(b.size() + 1), last, beforeLast;
    std::iota(row.begin(), row.end(), size_t(0));
    for (size_t i = 1; i <= a.size(); ++i) {
        beforeLast = std::exchange(last, row);
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
    }
    return row[b.size()];
}

} // namespace

std::vector<std::string> spelledAlike(const std::string& word,
                                      const std::vector<std::string>& candidates) {
    std::vector<std::string> alike;
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(alike),
                 [&](const std::string& c) { return word.size() > 2 && startsWith(c, word); });
    if (!alike.empty()) return alike;
    size_t nearest = word.size() < 4 ? 1 : 2;
    for (const auto& candidate : candidates) {
        const size_t away = distance(word, candidate);
        if (away > nearest) continue;
        if (away < nearest) alike.clear();
        nearest = away;
        alike.push_back(candidate);
    }
    return alike;
}

std::string didYouMean(const std::string& word, const std::vector<std::string>& candidates) {
    const auto alike = spelledAlike(word, candidates);
    return alike.empty() ? "" : "; did you mean " + join(alike, " or ") + "?";
}

} // namespace ctrd

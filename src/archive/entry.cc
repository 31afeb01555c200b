#include "archive/entry.h"

namespace ctrd::archive {

bool Entry::isSparse() const {
    return dataSize() != size;
}

int64_t Entry::dataSize() const {
    int64_t total = 0;
    for (const auto& extent : extents)
        total += extent.size;
    return total;
}

} // namespace ctrd::archive

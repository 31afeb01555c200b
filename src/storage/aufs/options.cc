#include "storage/aufs/options.h"

#include "base/error.h"
#include "base/strings.h"

namespace ctrd::storage::aufs {

namespace {

constexpr size_t kMaxData = 4095; // a page with its final zero

} // namespace

std::vector<std::string> mountOptions(const std::string& upper,
                                      const std::vector<std::string>& lowers,
                                      const std::string& xino) {
    std::string branches = "br:" + upper + "=rw";
    for (const auto& lower : lowers)
        branches += ":" + lower + "=ro+wh";
    std::vector<std::string> options = {std::move(branches), "xino=" + xino, "dio"};
    if (lowers.size() + 1 > kMaxBranches || join(options, ",").size() > kMaxData)
        throw notSupported("a tree of " + std::to_string(lowers.size() + 1) +
                           " layers does not fit into one mount of aufs");
    return options;
}

} // namespace ctrd::storage::aufs

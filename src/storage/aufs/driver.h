#pragma once

#include "storage/stacked_trees.h"

namespace ctrd::storage {

// Trees stacked by aufs, which only patched kernels have.
class AufsDriver : public StackedTrees {
public:
    // Throws NotSupported where the kernel has no aufs, or `root` lies on a file system that cannot
    // be a branch of it.
    explicit AufsDriver(const std::string& root);

    std::string name() const override { return "aufs"; }
    std::vector<std::pair<std::string, std::string>> status() const override;
    kernel::MountSpec mountOf(const std::string& id, const std::string& label) const override;
};

} // namespace ctrd::storage

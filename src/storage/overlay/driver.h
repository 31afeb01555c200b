#pragma once

#include "storage/stacked_trees.h"

#include <string>
#include <vector>

namespace ctrd::storage {

// Trees stacked by overlay; beside what they have in common with others, <id>/work is its scratch
// directory.
class OverlayDriver : public StackedTrees {
public:
    // Makes `root` where it is not there.  Throws NotSupported where the kernel has no overlay with
    // several lower layers (4.0), or the file system below `root` does not carry one: no d_type
    // (XFS made with ftype=0), no trusted attributes, itself an overlay.
    explicit OverlayDriver(const std::string& root);

    std::string name() const override { return "overlay"; }
    std::vector<std::pair<std::string, std::string>> status() const override;
    kernel::MountSpec mountOf(const std::string& id, const std::string& label) const override;
    void forgoSyncs(kernel::MountSpec& mount) const override;
    // As Docker's overlay2 names them, but for MergedDir: the mount is in the monitor's namespace.
    std::vector<std::pair<std::string, std::string>> placesOf(const std::string& id) const override;

protected:
    void furnish(const std::string& part) override;

private:
    struct Probed {
        std::string root;
        bool knowsVolatile = false;
    };
    static Probed probed(const std::string& root);
    explicit OverlayDriver(Probed probed);

    std::vector<std::string> features_; // mount options that switch off what would hide changes
    bool knowsVolatile_;
};

} // namespace ctrd::storage

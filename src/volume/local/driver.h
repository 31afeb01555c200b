#pragma once

#include "volume/driver.h"

namespace ctrd::volume {

// Volumes as directories of this host.  On disk, below `root`:
//     NAME/volume.json   version, name, created, labels, options
//     NAME/_data/        what containers see
//     NAME/.stage/       its first content on the way in
// Names that begin with a dot are volumes on the way in or out, which the next load() removes: a
// volume is made there, synced and renamed to its place; it is renamed away before it is removed.
class LocalDriver : public Driver {
public:
    explicit LocalDriver(std::string root);

    std::string name() const override { return "local"; }
    // One whose record cannot be read stays as it is, for an admin to look at, and is left out.
    std::vector<Volume> load() override;
    void create(const Volume& volume) override;
    std::string mountPoint(const std::string& volume) const override;
    std::string stage(const std::string& volume) override;
    void commitStage(const std::string& volume) override;
    void remove(const std::string& volume) override;

private:
    std::string directoryOf(const std::string& volume) const;

    std::string root_;
};

} // namespace ctrd::volume

#pragma once

#include "archive/marks.h"
#include "archive/unpack.h"
#include "base/sync.h"
#include "storage/driver.h"

#include <string>
#include <vector>

namespace ctrd::storage {

// What overlay and aufs have in common: each tree is a directory of its own on top of its parents',
// stacked by the kernel when it is mounted; making one costs a few directories, whatever the
// image's size.  Nothing is mounted here: layers are unpacked straight into the uppermost
// directory, in the kernel's own form.
//
// On disk below `root`: <id>/diff (the tree's own files), <id>/lower (the short names of the
// parents, nearest first), and of a tree that has been a parent <id>/link (its short name) and
// l/<short name> → ../<id>/diff: the kernel takes one page of mount options, and a hundred layers
// fit into it only by short names relative to `root`, the mount's working directory.
class StackedTrees : public DiffDriver {
public:
    void create(const std::string& id, const std::string& parent) override;
    bool exists(const std::string& id) const override;
    void remove(const std::string& id) override;
    void cleanup() override;
    std::vector<std::string> unfinished() const override;
    std::vector<std::string> ids() const override;
    OpenTree openTree(const std::string& id) const override;

    void diff(const std::string& id, archive::Sink& out) override;
    std::vector<Change> changes(const std::string& id) override;
    int64_t applyDiff(const std::string& id, archive::Source& in) override;
    int64_t applyLayer(const std::string& id, archive::Source& in,
                       const std::string& keep) override;
    void addMissing(const std::string& id, archive::Source& in) override;
    int64_t diffSize(const std::string& id) override;

protected:
    // What is special of a file system.
    struct Form {
        archive::Marks marks;
        archive::Whiteouts whiteouts;
        size_t maxParents;
    };
    // Makes `root` where it is not there.
    StackedTrees(std::string root, Form form);

    // More of what belongs into the directory of a new tree.
    virtual void furnish(const std::string&) {}

    const std::string& root() const { return root_; }
    std::string upperOf(const std::string& id) const;
    void mustExist(const std::string& id) const;
    // Paths of the parents' files relative to `root`: "l/0123456789", the nearest first.
    std::vector<std::string> parentsOf(const std::string& id) const;
    // Of a tree without parents, which there is nothing to stack for.
    kernel::MountSpec bindOf(const std::string& id) const;

private:
    std::string root_;
    Form form_;
    Sync<int> naming_; // held while a tree gets its short name

    std::string pathOf(const std::string& id) const;
    std::vector<std::string> linksOf(const std::string& id) const;
    std::vector<std::string> lowersOf(const std::string& id) const;
    archive::UnpackOptions unpackOptions(const std::string& id) const;
    void fill(const std::string& part, const std::string& parent);
    std::string linkOf(const std::string& id);
};

} // namespace ctrd::storage

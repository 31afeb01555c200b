#pragma once

#include "base/path.h"
#include "storage/layer_store.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ctrd::storage::testing {

// Sets ctrd-helper's path: the one of this build.
void useBuiltHelper();

void putFile(const std::string& path, const std::string& text);

// A layer store with its driver in a directory of its own.
class StoreBox {
public:
    using MakeDriver = std::function<std::unique_ptr<DiffDriver>(const std::string& root)>;
    // On the vfs driver, which needs nothing.
    StoreBox();
    // `root` is the caller's; trees are below it.
    StoreBox(std::string root, MakeDriver make);

    // As at the start of the daemon: driver, store and cleanup() anew.  Nobody retains layers yet.
    void start();
    void stop();

    // Registers and keeps the reference.
    Layer add(const std::string& tar, const Layer& parent = {});
    std::string tarOf(const Layer& layer) const;
    // Where the files of a tree of the vfs driver are.
    std::string tree(const std::string& id) const;
    // Everything but the directories that are always there, sorted: "" when nothing is left.
    std::string leftovers() const;
    const std::string& root() const { return root_; }

    LayerStore& store() { return *store_; }
    DiffDriver& driver() { return *driver_; }

private:
    std::unique_ptr<TempDir> dir_;
    std::string root_;
    MakeDriver make_;
    std::unique_ptr<DiffDriver> driver_;
    std::unique_ptr<LayerStore> store_;
};

// A tar of plain files {name, content}; a name with a slash at its end is a directory.
std::string tarOf(const std::vector<std::pair<std::string, std::string>>& files);
// "A /dir, C /dir/file": the changes in their order.
std::string shown(const std::vector<Change>& changes);

} // namespace ctrd::storage::testing

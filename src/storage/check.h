#pragma once

#include "archive/digest.h"
#include "storage/driver.h"

#include <set>
#include <string>
#include <vector>

namespace ctrd::storage {

// What a check found wrong, in a sentence that names the object.
struct Finding {
    std::string text;
    bool isRepaired = false;
};

// Who wants what of a layer store.
struct LayerUsers {
    std::set<archive::Digest> images; // chain ids
    std::set<std::string> containers; // ids
};

// Checks the files of a LayerStore with root `root` and the trees of its driver, every byte of
// every layer included; nobody uses either meanwhile.  With `repair`, what is wrong is taken away:
// half-made layers, layers and trees that belong to nobody, and layers that are damaged, with those
// above them (images that need one are then the image store's to take away; a layer on which a
// container stands stays).  Throws what reading the directories throws.
std::vector<Finding> checkLayers(const std::string& root, DiffDriver& driver,
                                 const LayerUsers& users, bool repair);
// Whether the store has a layer, whole or not.
bool hasLayer(const std::string& root, const archive::Digest& chainId);

} // namespace ctrd::storage

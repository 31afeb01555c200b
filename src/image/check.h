#pragma once

#include "archive/digest.h"
#include "storage/check.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace ctrd::image {

// The chain ids of all images below `root` whose configs can be read.
std::set<archive::Digest> chainsOfImages(const std::string& root);

// Checks the files of an ImageStore with root `root` while nobody uses it: configs against their
// digests, their layers (by `hasLayer`), names that point nowhere, files that were never finished.
// With `repair`, what is wrong is taken away.
std::vector<storage::Finding> checkImages(
    const std::string& root, const std::function<bool(const archive::Digest&)>& hasLayer,
    bool repair);

} // namespace ctrd::image

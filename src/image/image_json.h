#pragma once

#include "base/json_fwd.h"
#include "image/image_store.h"

#include <string>
#include <vector>

// Image configs: the OCI image specification's config (features.md §7.1) and the `json` files of
// version 1 images (§7).
namespace ctrd::image {

// Reads a config.  Sizes, names and whether the parent exists are not in it: the store adds them.
// Throws InvalidArgument for a wrong type, a wrong digest, a history of more layers than there are,
// or another operating system's image.
Image imageFromConfig(const std::string& id, const Json& config);

// Spreads the layers' sizes (bottom first) over the image and its history.  Layers the history does
// not speak of get an entry of their own.
void addSizes(Image& image, const std::vector<int64_t>& layerSizes);

// {"created", "created_by", "author", "comment", "empty_layer"} of a version 1 image's own layer.
Json historyOfV1(const Json& v1, bool emptyLayer);

// The config that says what `v1` says, for the given layers and history (bottom first).  `parent`
// is the id of the image made from its parent, or "".
Json configFromV1(const Json& v1, const std::vector<std::string>& diffIds, const Json& history,
                  const std::string& parent);

} // namespace ctrd::image

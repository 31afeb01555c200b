#pragma once

#include "base/json_fwd.h"
#include "image/image_store.h"
#include "image/layer_ref.h"

#include <string>
#include <vector>

namespace ctrd::image {

// The layers of the image that a commit makes.
struct CommittedChain {
    LayerRef top;
    std::vector<std::string> diffIds; // of all, bottom first
    bool empty = false;               // there are no changes: the layers below are all
};

// Puts a container's changes into the store on top of the layers they were made on.
CommittedChain commitLayer(archive::Source& diff, const CommittedLayer& layer,
                           storage::LayerStore& layers);

// The config of that image, made now.  `parent` is the config of the image below, null where that
// is gone.  A history that speaks of fewer layers than there are gets entries that say nothing but
// that, so that every entry stands for the right layer.
Json committedConfig(const Json& parent, const CommittedChain& chain, const CommittedLayer& layer);

} // namespace ctrd::image

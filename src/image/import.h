#pragma once

#include "image/layer_ref.h"
#include "spec/container_config.h"

#include <string>

namespace ctrd::image {

// Reads a root file system, compressed or not, into the store as a layer of its own.  Throws
// InvalidArgument for a broken, hostile or empty stream.
std::pair<LayerRef, archive::Digest> importLayer(archive::Source& tar, storage::LayerStore& layers);

// The config of an image of one layer, made now on this machine.
std::string importedConfig(const archive::Digest& diffId, const spec::ContainerConfig& config,
                           const std::string& comment);

} // namespace ctrd::image

#pragma once

#include "base/sync.h"
#include "storage/layer_store.h"

#include <map>
#include <string>
#include <string_view>

namespace ctrd::storage {

// A layer and who wants it.
struct LayerNode {
    Layer layer;
    int references = 0; // retain() and containers
    int children = 0;   // layers on top of it
};

struct ContainerNode {
    std::string cacheId; // the driver's id of the writable tree
    archive::Digest parent;
};

struct LayerTables {
    std::map<archive::Digest, LayerNode> layers;
    std::map<std::string, ContainerNode> containers;
};

struct LayerStore::State {
    Sync<LayerTables> tables;
    Sync<int> initTrees; // held while one is made
};

// In front of the name of a file in a layer's directory that names a tree of mount points.
inline constexpr std::string_view kInitMark = "init.";

// The files of the store.
struct LayerPaths {
    std::string root;

    std::string chains() const;
    std::string chain(const archive::Digest& chainId) const;
    std::string layerFile(const std::string& chainDir) const;
    std::string containers() const;
    std::string container(const std::string& id) const;
    std::string drafts() const;
    // Stands as long as the driver's tree `cacheId` is not (or no more) part of the store: what a
    // crash leaves here, cleanup() removes with its tree.
    std::string draft(const std::string& cacheId) const;
};

std::string layerRecord(const Layer& layer);
// Throws InvalidArgument for a file that is no record.
Layer parseLayerRecord(const std::string& path, const archive::Digest& chainId);
std::string containerRecord(const ContainerNode& container);
ContainerNode parseContainerRecord(const std::string& path);

} // namespace ctrd::storage

#pragma once

#include "image/layer_ref.h"
#include "image/load.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ctrd::image {

// Layers of a docker-archive that are unpacked while it is still being read: where manifest.json
// and the configs come first, as in the archives that we write, each layer's place is known when
// its bytes come, and nothing is written twice.  Of any other archive it takes nothing, and what is
// wrong with one is for the loader to say, who finds these layers in the store.
class EarlyLayers {
public:
    EarlyLayers(storage::LayerStore& store, const Progress& progress)
        : store_(store), progress_(progress) {}

    // As Spool::Taker.  Throws as LayerLoader::add().
    bool take(const Spool& spool, const std::string& member, int64_t size,
              archive::Source& content);

private:
    struct Place {
        archive::Digest parent, diffId;
        bool operator==(const Place& o) const { return parent == o.parent && diffId == o.diffId; }
    };
    struct Item {
        std::string config;
        std::vector<std::string> layers;
    };

    void readManifest(const Spool& spool);
    void readConfigs(const Spool& spool);
    void addPlaces(const Item& item, const Image& image);

    storage::LayerStore& store_;
    const Progress& progress_;
    bool knowsManifest_ = false;
    std::vector<Item> items_;             // whose config was not seen yet
    std::map<std::string, Place> places_; // by member
    std::set<std::string> elsewhere_;     // members that several images have in different places
    std::vector<LayerRef> held_;
};

} // namespace ctrd::image

#pragma once

#include "base/json_fwd.h"
#include "base/sync.h"
#include "image/image_store.h"
#include "image/layer_ref.h"
#include "image/remove.h"
#include "image/tag_store.h"

#include <map>
#include <string>
#include <vector>

namespace ctrd::image {

// The list of images: configs in blobs/sha256/, names in tags.json, and one reference on the top
// layer of each.  Thread safe; its lock is held over small local files only.
class Catalog {
public:
    // Reads what is below `root` and retains its layers.  A config that is broken or whose layers
    // are gone is logged and left out.
    Catalog(const std::string& root, storage::LayerStore& layers);

    // Throws as ImageStore::get.
    Image get(const std::string& reference) const;
    std::vector<Image> list() const;
    // The bytes of its config.  Throws as ImageStore::get.
    std::string configOf(const std::string& reference) const;

    // Adds an image whose layers are all in the layer store, or does nothing where it is there;
    // the flag says which.  Throws InvalidArgument for a config that is none, NotFound for a
    // missing layer.
    std::pair<std::string, bool> add(const std::string& configBytes);
    // Takes an image back that add() added, unless it got a name meanwhile.
    void takeBack(const std::string& id);

    // Points familiar names at ids that are here, all or none.  Returns the ids the names had
    // before, for those that had another.
    std::map<std::string, std::string> setNames(const std::map<std::string, std::string>& names);

    // The image and those it was made from, nearest first.
    std::vector<std::string> lineage(const std::string& id) const;

    // As ImageStore::remove.
    std::vector<RemovedItem> remove(const RemovalRequest& request);

private:
    struct State {
        std::map<std::string, Image> images; // by id, without names
        TagStore tags;
    };

    void readBlob(State& state, const std::string& name);
    // Removes the config and forgets the image; the reference on its layers is the caller's.
    LayerRef drop(State& state, const std::string& id);
    std::string blobPath(const std::string& id) const;
    Image described(const std::string& id, const Json& config) const;
    static Image named(const State& state, const Image& image);
    static const Image& resolve(const State& state, const std::string& reference);

    std::string blobs_;
    storage::LayerStore& layers_;
    mutable Sync<State> state_;
};

} // namespace ctrd::image

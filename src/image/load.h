#pragma once

#include "archive/digest.h"
#include "base/error.h"
#include "image/image_store.h"
#include "image/layer_ref.h"
#include "image/spool.h"

#include <string>
#include <utility>
#include <vector>

namespace ctrd::image {

// An image of an archive whose layers are in the store already; nothing else of it is.
struct LoadedImage {
    std::string config; // the bytes
    std::string id;
    LayerRef layers;                // the top one
    std::vector<std::string> names; // familiar
    // Has no name and is another one's parent: the user is not told about it.
    bool intermediate = false;
};

// A layer's tar as a member of an archive.
struct LayerMember {
    const std::string& name;
    int64_t size;
    archive::Source& content;
};

// Puts it on top of `parent` and tells the progress; `expected` is its diff id where that is known.
// Returns the reference and the diff id.  Throws InvalidArgument "layer 'X' of the archive: …".
std::pair<LayerRef, archive::Digest> registerMember(storage::LayerStore& store,
                                                    const Progress& progress,
                                                    const LayerMember& member,
                                                    const archive::Digest& parent,
                                                    const archive::Digest& expected);

// Puts layers of one spooled archive into the store and tells the progress.
class LayerLoader {
public:
    LayerLoader(const Spool& spool, storage::LayerStore& store, const Progress& progress)
        : spool_(spool), store_(store), progress_(progress) {}

    const Spool& spool() const { return spool_; }
    // As registerMember(), of a member in the spool, which is not read where the layer is here.
    std::pair<LayerRef, archive::Digest> add(const std::string& member,
                                             const archive::Digest& parent,
                                             const archive::Digest& expected);
    // One more reference on a layer that is there.
    LayerRef hold(const archive::Digest& chainId);
    // The image of a config with its layers, bottom first.  `member` is the config's name.
    LoadedImage addImage(const std::string& member, const std::string& config,
                         const std::vector<std::string>& layers);

private:
    const Spool& spool_;
    storage::LayerStore& store_;
    const Progress& progress_;
};

// One per layout.  Each adds every image's layers or throws InvalidArgument that names the member;
// what was added is released with the results.
std::vector<LoadedImage> loadDockerArchive(LayerLoader& loader); // manifest.json
std::vector<LoadedImage> loadV1Archive(LayerLoader& loader);     // ID/json, repositories
std::vector<LoadedImage> loadOciLayout(LayerLoader& loader);     // index.json, blobs/

// Runs `action`; what it finds invalid is said to be wrong with `what`.
template <typename F>
auto describing(const std::string& what, F action) {
    try {
        return action();
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::InvalidArgument) throw;
        throw invalidArgument(what + ": " + e.what());
    }
}

// A name of an archive in its familiar form; InvalidArgument where it is none or has a digest.
std::string loadedName(const std::string& text);

} // namespace ctrd::image

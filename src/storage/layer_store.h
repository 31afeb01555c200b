#pragma once

#include "archive/digest.h"
#include "storage/driver.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ctrd::storage {

struct LayerTables;

// A layer that images share: never changed once it is here.
struct Layer {
    archive::Digest diffId;  // of its uncompressed tar
    archive::Digest chainId; // of this layer on top of its parents
    archive::Digest parent;  // chain id of the layer below; empty for the lowest
    std::string cacheId;     // the driver's id of the tree
    int64_t size = 0;        // bytes of file content in this layer alone
    int64_t tarSize = 0;     // bytes of its uncompressed tar
};

// The chain id of `diffId` on top of `parent` as the OCI image specification defines it: the diff
// id itself where there is no parent, else the digest of "PARENT DIFFID".
archive::Digest chainIdOf(const archive::Digest& parent, const archive::Digest& diffId);

// Content addressed layers and the writable trees of containers on top of a DiffDriver.
//
// On disk, below `root`: chains/<hex>/layer.json with headers.gz beside it (what the layer's tar
// holds besides the content of its files, so that layerTar() gives it back byte for byte),
// containers/<id>.json, tmp/.  The driver keeps its trees elsewhere.
//
// References: a layer stays as long as it has a child, a container or a retain() that was not
// released.  Counts live in memory; at start whoever holds layers (the image store) retains them
// again, and then collect() removes what nobody wants.
// Thread safe; no lock is held while a tar is read.
class LayerStore {
public:
    // Reads what is there.  `driver` must outlive it.  Throws Internal for a record it cannot read.
    LayerStore(std::string root, DiffDriver& driver);
    ~LayerStore();
    LayerStore(const LayerStore&) = delete;
    LayerStore& operator=(const LayerStore&) = delete;

    // Removes what a crash left half-made, the driver's part included; call it once, before
    // everything else.
    void cleanup();
    // Removes every layer without a reference; call it once, when all holders have retained theirs.
    void collect();

    // Reads a layer's tar to its end, compressed or not, and adds it on top of `parent` (empty: the
    // lowest), in one pass.  Takes one reference, which the caller releases.  A layer that is
    // already here is not made again; where `expected` (the diff id) is given and here, `tar` is
    // not even read.  On failure nothing of it is there.  InvalidArgument for a hostile or broken
    // archive and where `expected` is another digest; NotFound for an unknown parent.
    Layer registerLayer(archive::Source& tar, const archive::Digest& parent,
                        const archive::Digest& expected = {});

    std::optional<Layer> find(const archive::Digest& chainId) const;
    // Throws NotFound.
    Layer get(const archive::Digest& chainId) const;
    // The layers of a chain, the lowest first.  Throws NotFound.
    std::vector<Layer> chain(const archive::Digest& chainId) const;
    std::vector<Layer> list() const;
    // Driver::placesOf() of a layer's tree.
    std::vector<std::pair<std::string, std::string>> placesOf(const Layer& layer) const {
        return driver_.placesOf(layer.cacheId);
    }

    // One more reference; NotFound where the layer is not here.
    void retain(const archive::Digest& chainId);
    // One less; at the last one the layer goes, and so do the parents nobody else wants.
    void release(const archive::Digest& chainId);

    // The layer's uncompressed tar, byte for byte what registerLayer() read.  The end of the stream
    // throws Internal where its digest is not the diff id: files below the driver's directory were
    // changed.  The caller keeps a reference while it reads.
    std::unique_ptr<archive::Source> layerTar(const archive::Digest& chainId) const;

    // Makes a container's writable tree; `parent` empty: on nothing.  Conflict where it has one.
    // `mountPoints` is an uncompressed tar of what must be there to be mounted on (/etc/hosts …):
    // it comes between parent and container where the parent has no such name, so that it counts
    // for no change of the container; all containers of a layer share it.  "" for none.
    void createContainerLayer(const std::string& containerId, const archive::Digest& parent,
                              const std::string& mountPoints = "");
    bool hasContainerLayer(const std::string& containerId) const;
    std::vector<std::string> containerIds() const;
    // Nobody mounts any more what mountOf() described; nothing where the container has no tree.
    void released(const std::string& containerId) const;
    // The four below throw NotFound.
    archive::Digest parentOf(const std::string& containerId) const; // empty: on nothing
    kernel::MountSpec mountOf(const std::string& containerId, const std::string& label) const;
    std::vector<std::pair<std::string, std::string>> placesOf(const std::string& containerId) const;
    std::vector<Change> containerChanges(const std::string& containerId) const;
    int64_t containerSize(const std::string& containerId) const;
    // The container's own changes as a layer tar, uncompressed.
    void containerDiff(const std::string& containerId, archive::Sink& out) const;
    // Nothing where it has none.  Nobody has it mounted.
    void removeContainerLayer(const std::string& containerId);

    DiffDriver& driver() const { return driver_; }

private:
    struct State;
    std::string root_;
    DiffDriver& driver_;
    std::unique_ptr<State> state_;

    void loadContainers(LayerTables& tables) const;
    Layer commit(const Layer& layer, const std::string& draft, bool& isNew);
    void dropReference(const archive::Digest& chainId) noexcept;
    std::optional<Layer> unlink(const archive::Digest& chainId, bool isReference);
    void removeTrees(const std::string& cacheId);
    void removeMarksWithoutTree();
    std::string initTree(const Layer& layer, const std::string& mountPoints);
    std::string treeOf(const std::string& containerId) const;
};

} // namespace ctrd::storage

#include "storage/layer_store.h"

#include "archive/compression.h"
#include "archive/stream.h"
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/finally.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "storage/layer_state.h"

#include <algorithm>

namespace ctrd::storage {

namespace {

using archive::Digest;

Error unknownLayer(const Digest& chainId) {
    return notFound("layer " + chainId.text() + " does not exist");
}

// A tree that belongs to no layer yet; goes with its directory unless kept.
class Draft {
public:
    Draft(DiffDriver& driver, const LayerPaths& paths)
        : driver_(driver), cacheId_(newId()), directory_(paths.draft(cacheId_)) {
        makeDir(directory_, 0700);
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    ~Draft() {
        try {
            if (!kept_) driver_.remove(cacheId_);
            if (!kept_) removeTree(directory_);
        } catch (const Error& e) {
            log::warn(std::string("cannot remove a layer that was not finished: ") + e.what());
        }
    }

    const std::string& cacheId() const { return cacheId_; }
    const std::string& directory() const { return directory_; }
    void keep() { kept_ = true; }

private:
    DiffDriver& driver_;
    std::string cacheId_, directory_;
    bool kept_ = false;
};

Layer& addReference(LayerTables& tables, const Digest& chainId) {
    const auto it = tables.layers.find(chainId);
    if (it == tables.layers.end()) throw unknownLayer(chainId);
    ++it->second.references;
    return it->second.layer;
}

} // namespace

Digest chainIdOf(const Digest& parent, const Digest& diffId) {
    if (parent.empty()) return diffId;
    return archive::digestOf(parent.text() + " " + diffId.text());
}

LayerStore::LayerStore(std::string root, DiffDriver& driver)
    : root_(std::move(root)), driver_(driver), state_(std::make_unique<State>()) {
    const LayerPaths paths{root_};
    for (const auto& dir : {paths.chains(), paths.containers(), paths.drafts()})
        makeDirs(dir, 0700);
    auto tables = state_->tables.lock();
    for (const auto& hex : listDir(paths.chains())) {
        if (!isFullId(hex)) continue;
        const Digest chainId = Digest::fromHex(hex);
        try {
            tables->layers[chainId].layer =
                parseLayerRecord(paths.layerFile(paths.chain(chainId)), chainId);
        } catch (const Error& e) {
            throw internalError("cannot read layer " + chainId.text() + ": " + e.what());
        }
    }
    loadContainers(*tables);
    for (auto& [chainId, node] : tables->layers) {
        const auto parent = tables->layers.find(node.layer.parent);
        if (parent != tables->layers.end())
            ++parent->second.children;
        else if (!node.layer.parent.empty())
            throw internalError("layer " + chainId.text() + " has lost its parent " +
                                node.layer.parent.text());
    }
}

LayerStore::~LayerStore() = default;

void LayerStore::cleanup() {
    driver_.cleanup();
    const LayerPaths paths{root_};
    for (const auto& cacheId : listDir(paths.drafts())) {
        log::info("removing the unfinished layer " + shortId(cacheId));
        removeTrees(cacheId);
    }
    removeUnfinishedFiles(paths.containers());
    removeMarksWithoutTree();
    // Layers stay for now even where this was their only user: images have not retained theirs.
    auto tables = state_->tables.lock();
    for (auto it = tables->containers.begin(); it != tables->containers.end();) {
        if (driver_.exists(it->second.cacheId)) {
            ++it;
            continue;
        }
        driver_.remove(it->second.cacheId); // what is not whole may still be there
        removePath(paths.container(it->first));
        const auto parent = tables->layers.find(it->second.parent);
        if (parent != tables->layers.end()) --parent->second.references;
        it = tables->containers.erase(it);
    }
}

// A crash between the mark of a tree of mount points and the end of its draft leaves the mark.
void LayerStore::removeMarksWithoutTree() {
    const LayerPaths paths{root_};
    for (const Layer& layer : list()) {
        const std::string directory = paths.chain(layer.chainId);
        removeUnfinishedFiles(directory);
        for (const auto& name : listDir(directory))
            if (startsWith(name, kInitMark) && !driver_.exists(name.substr(kInitMark.size())))
                removePath(joinPath(directory, name));
    }
}

void LayerStore::collect() {
    std::vector<Digest> unwanted;
    {
        auto tables = state_->tables.lock();
        for (const auto& [chainId, node] : tables->layers)
            if (node.references == 0 && node.children == 0) unwanted.push_back(chainId);
    }
    for (const auto& chainId : unwanted) {
        retain(chainId);
        release(chainId);
    }
}

Layer LayerStore::registerLayer(archive::Source& tar, const Digest& parent,
                                const Digest& expected) {
    if (!expected.empty()) {
        auto tables = state_->tables.lock();
        const Digest chainId = chainIdOf(parent, expected);
        if (tables->layers.count(chainId) != 0) return addReference(*tables, chainId);
    }
    std::string parentTree;
    if (!parent.empty()) {
        retain(parent); // until the layer itself holds it
        parentTree = get(parent).cacheId;
    }
    Finally letGo([&] {
        if (!parent.empty()) dropReference(parent);
    });
    Draft draft(driver_, LayerPaths{root_});
    driver_.create(draft.cacheId(), parentTree);
    archive::DecompressingSource plain(tar);
    archive::DigestingSource digesting(plain);
    Layer layer;
    layer.size = driver_.applyLayer(draft.cacheId(), digesting, draft.directory());
    layer.diffId = digesting.digest();
    layer.tarSize = digesting.bytes();
    layer.chainId = chainIdOf(parent, layer.diffId);
    layer.parent = parent;
    layer.cacheId = draft.cacheId();
    if (!expected.empty() && layer.diffId != expected)
        throw invalidArgument("the layer's content is " + layer.diffId.text() + ", but " +
                              expected.text() + " was announced");
    writeFileAtomic(LayerPaths{root_}.layerFile(draft.directory()), layerRecord(layer), 0600,
                    Durable::Yes);
    bool isNew = false;
    Layer result = commit(layer, draft.directory(), isNew);
    if (isNew) draft.keep();
    return result;
}

// Makes the finished draft a layer, unless another thread was faster with the same.
Layer LayerStore::commit(const Layer& layer, const std::string& draft, bool& isNew) {
    const LayerPaths paths{root_};
    auto tables = state_->tables.lock();
    isNew = tables->layers.count(layer.chainId) == 0;
    if (isNew) {
        renamePath(draft, paths.chain(layer.chainId));
        tables->layers[layer.chainId].layer = layer;
        const auto parent = tables->layers.find(layer.parent);
        if (parent != tables->layers.end()) ++parent->second.children;
    }
    return addReference(*tables, layer.chainId);
}

std::optional<Layer> LayerStore::find(const Digest& chainId) const {
    auto tables = state_->tables.lock();
    const auto it = tables->layers.find(chainId);
    if (it == tables->layers.end()) return {};
    return it->second.layer;
}

Layer LayerStore::get(const Digest& chainId) const {
    auto layer = find(chainId);
    if (!layer) throw unknownLayer(chainId);
    return *layer;
}

std::vector<Layer> LayerStore::chain(const Digest& chainId) const {
    std::vector<Layer> layers;
    for (Digest at = chainId; !at.empty(); at = layers.back().parent)
        layers.push_back(get(at));
    std::reverse(layers.begin(), layers.end());
    return layers;
}

std::vector<Layer> LayerStore::list() const {
    auto tables = state_->tables.lock();
    std::vector<Layer> layers;
    for (const auto& [chainId, node] : tables->layers)
        layers.push_back(node.layer);
    return layers;
}

void LayerStore::retain(const Digest& chainId) {
    auto tables = state_->tables.lock();
    addReference(*tables, chainId);
}

void LayerStore::release(const Digest& chainId) {
    dropReference(chainId);
}

// Removes layers upward from `chainId` as long as nobody wants them; never throws, because the
// reference is gone whatever happens: what cannot be removed now, cleanup() removes.
void LayerStore::dropReference(const Digest& chainId) noexcept {
    try {
        bool isReference = true;
        for (Digest at = chainId; !at.empty();) {
            const auto unwanted = unlink(at, isReference);
            if (!unwanted) return;
            removeTrees(unwanted->cacheId);
            at = unwanted->parent;
            isReference = false;
        }
    } catch (const std::exception& e) {
        log::warn("cannot remove layer " + chainId.text() + ": " + e.what());
    }
}

// Takes away one reference or (of a layer that went) one child; gives the layer back where it was
// the last, out of the tables and back among the drafts.
std::optional<Layer> LayerStore::unlink(const Digest& chainId, bool isReference) {
    const LayerPaths paths{root_};
    auto tables = state_->tables.lock();
    const auto it = tables->layers.find(chainId);
    if (it == tables->layers.end()) return {};
    LayerNode& node = it->second;
    --(isReference ? node.references : node.children);
    if (node.references > 0 || node.children > 0) return {};
    Layer layer = node.layer;
    tables->layers.erase(it);
    renamePath(paths.chain(chainId), paths.draft(layer.cacheId));
    return layer;
}

// Of a draft: the trees of mount points on top of a layer that went, then its own.
void LayerStore::removeTrees(const std::string& cacheId) {
    const std::string draft = LayerPaths{root_}.draft(cacheId);
    for (const auto& name : listDir(draft))
        if (startsWith(name, kInitMark)) driver_.remove(name.substr(kInitMark.size()));
    driver_.remove(cacheId);
    removeTree(draft);
}

} // namespace ctrd::storage

#include "archive/stream.h"
#include "archive/unpack.h"
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/finally.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "storage/layer_state.h"

namespace ctrd::storage {

namespace {

using archive::Digest;

constexpr std::string_view kJson = ".json";

const ContainerNode& nodeOf(const LayerTables& tables, const std::string& containerId) {
    const auto it = tables.containers.find(containerId);
    if (it == tables.containers.end()) throw notFound("container " + containerId + " has no files");
    return it->second;
}

} // namespace

void LayerStore::loadContainers(LayerTables& tables) const {
    const LayerPaths paths{root_};
    for (const auto& file : listDir(paths.containers())) {
        if (!endsWith(file, kJson)) continue;
        const std::string id = file.substr(0, file.size() - kJson.size());
        try {
            ContainerNode node = parseContainerRecord(paths.container(id));
            const auto parent = tables.layers.find(node.parent);
            if (!node.parent.empty() && parent == tables.layers.end())
                throw internalError("its layer " + node.parent.text() + " does not exist");
            if (parent != tables.layers.end()) ++parent->second.references;
            tables.containers[id] = std::move(node);
        } catch (const Error& e) {
            log::error("leaving out the files of container " + id + ": " + e.what());
        }
    }
}

// The record comes first: a tree without one would never be found again.
void LayerStore::createContainerLayer(const std::string& containerId, const Digest& parent,
                                      const std::string& mountPoints) {
    const LayerPaths paths{root_};
    std::string parentTree;
    if (!parent.empty()) {
        retain(parent);
        parentTree = get(parent).cacheId;
    }
    Finally letGo([&] {
        if (!parent.empty()) dropReference(parent);
    });
    if (!parent.empty() && !mountPoints.empty()) parentTree = initTree(get(parent), mountPoints);
    {
        auto tables = state_->tables.lock();
        if (!tables->containers.emplace(containerId, ContainerNode{containerId, parent}).second)
            throw conflict("container " + containerId + " has its files already");
    }
    try {
        writeFileAtomic(paths.container(containerId),
                        containerRecord(ContainerNode{containerId, parent}));
        driver_.create(containerId, parentTree);
    } catch (...) {
        removePath(paths.container(containerId));
        state_->tables.lock()->containers.erase(containerId);
        throw;
    }
    letGo.dismiss();
}

// The tree between a layer and its containers that has the mount points; one for all of them.
std::string LayerStore::initTree(const Layer& layer, const std::string& mountPoints) {
    const LayerPaths paths{root_};
    constexpr size_t kDigits = 12;
    std::string id = layer.cacheId + "-" + archive::digestOf(mountPoints).hex().substr(0, kDigits);
    const auto oneAtATime = state_->initTrees.lock();
    const std::string mark = joinPath(paths.chain(layer.chainId), std::string(kInitMark) + id);
    if (exists(mark)) return id;
    makeDirs(paths.draft(id), 0700);
    driver_.remove(id); // an attempt that failed and could not be undone
    driver_.create(id, layer.cacheId);
    try {
        archive::StringSource tar(mountPoints);
        driver_.addMissing(id, tar);
        writeFileAtomic(mark, "");
        removeTree(paths.draft(id));
    } catch (...) {
        removePath(mark);
        removeTrees(id);
        throw;
    }
    return id;
}

bool LayerStore::hasContainerLayer(const std::string& containerId) const {
    return state_->tables.lock()->containers.count(containerId) != 0;
}

std::vector<std::string> LayerStore::containerIds() const {
    std::vector<std::string> ids;
    auto tables = state_->tables.lock();
    for (const auto& [id, node] : tables->containers)
        ids.push_back(id);
    return ids;
}

std::string LayerStore::treeOf(const std::string& containerId) const {
    auto tables = state_->tables.lock();
    return nodeOf(*tables, containerId).cacheId;
}

Digest LayerStore::parentOf(const std::string& containerId) const {
    auto tables = state_->tables.lock();
    return nodeOf(*tables, containerId).parent;
}

kernel::MountSpec LayerStore::mountOf(const std::string& containerId,
                                      const std::string& label) const {
    return driver_.mountOf(treeOf(containerId), label);
}

std::vector<std::pair<std::string, std::string>> LayerStore::placesOf(
    const std::string& containerId) const {
    return driver_.placesOf(treeOf(containerId));
}

void LayerStore::released(const std::string& containerId) const {
    if (hasContainerLayer(containerId)) driver_.released(treeOf(containerId));
}

std::vector<Change> LayerStore::containerChanges(const std::string& containerId) const {
    return driver_.changes(treeOf(containerId));
}

int64_t LayerStore::containerSize(const std::string& containerId) const {
    return driver_.diffSize(treeOf(containerId));
}

void LayerStore::containerDiff(const std::string& containerId, archive::Sink& out) const {
    driver_.diff(treeOf(containerId), out);
}

// The record goes last: as long as it is there, the removal can be repeated.
void LayerStore::removeContainerLayer(const std::string& containerId) {
    ContainerNode node;
    {
        auto tables = state_->tables.lock();
        const auto it = tables->containers.find(containerId);
        if (it == tables->containers.end()) return;
        node = it->second;
    }
    driver_.remove(node.cacheId);
    removePath(LayerPaths{root_}.container(containerId));
    if (state_->tables.lock()->containers.erase(containerId) != 0 && !node.parent.empty())
        dropReference(node.parent);
}

} // namespace ctrd::storage

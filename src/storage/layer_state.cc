#include "storage/layer_state.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/path.h"

namespace ctrd::storage {

namespace {

constexpr int64_t kFormat = 1;

Json readRecord(const std::string& path) {
    Json json = parseJson(readFile(path), "'" + path + "'");
    if (getInt(json, "format") != kFormat)
        throw invalidArgument("'" + path + "' has format " +
                              std::to_string(getInt(json, "format")) + ", which is unknown here");
    return json;
}

archive::Digest digestIn(const Json& json, const char* key) {
    const std::string text = getString(json, key);
    return text.empty() ? archive::Digest() : archive::Digest::parse(text);
}

} // namespace

std::string LayerPaths::chains() const {
    return joinPath(root, "chains");
}
std::string LayerPaths::chain(const archive::Digest& chainId) const {
    return joinPath(root, "chains", chainId.hex());
}
std::string LayerPaths::layerFile(const std::string& chainDir) const {
    return joinPath(chainDir, "layer.json");
}
std::string LayerPaths::containers() const {
    return joinPath(root, "containers");
}
std::string LayerPaths::container(const std::string& id) const {
    return joinPath(root, "containers", id + ".json");
}
std::string LayerPaths::drafts() const {
    return joinPath(root, "tmp");
}
std::string LayerPaths::draft(const std::string& cacheId) const {
    return joinPath(root, "tmp", cacheId);
}

std::string layerRecord(const Layer& layer) {
    return dumpJson(Json{{"format", kFormat},
                         {"diffId", layer.diffId.text()},
                         {"parent", layer.parent.text()},
                         {"cacheId", layer.cacheId},
                         {"size", layer.size},
                         {"tarSize", layer.tarSize}}) +
           "\n";
}

Layer parseLayerRecord(const std::string& path, const archive::Digest& chainId) {
    const Json json = readRecord(path);
    Layer layer;
    layer.diffId = digestIn(json, "diffId");
    layer.parent = digestIn(json, "parent");
    layer.cacheId = getString(json, "cacheId");
    layer.size = getInt(json, "size");
    layer.tarSize = getInt(json, "tarSize");
    layer.chainId = chainIdOf(layer.parent, layer.diffId);
    if (layer.chainId != chainId || layer.cacheId.empty())
        throw invalidArgument("'" + path + "' does not describe layer " + chainId.text());
    return layer;
}

std::string containerRecord(const ContainerNode& container) {
    return dumpJson(Json{{"format", kFormat},
                         {"cacheId", container.cacheId},
                         {"parent", container.parent.text()}}) +
           "\n";
}

ContainerNode parseContainerRecord(const std::string& path) {
    const Json json = readRecord(path);
    ContainerNode node{getString(json, "cacheId"), digestIn(json, "parent")};
    if (node.cacheId.empty()) throw invalidArgument("'" + path + "' names no tree");
    return node;
}

} // namespace ctrd::storage

#include "image/image_json.h"

#include "archive/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "storage/layer_store.h"

namespace ctrd::image {

namespace {

std::vector<std::string> diffIdsOf(const Json& config) {
    std::vector<std::string> ids = getStrings(getMember(config, "rootfs"), "diff_ids");
    for (const std::string& id : ids)
        archive::Digest::parse(id);
    return ids;
}

std::string chainIdOf(const std::vector<std::string>& diffIds) {
    archive::Digest chain;
    for (const std::string& id : diffIds)
        chain = storage::chainIdOf(chain, archive::Digest::parse(id));
    return chain.text();
}

HistoryEntry historyEntry(const Json& json) {
    HistoryEntry entry;
    entry.created = getString(json, "created");
    entry.createdBy = getString(json, "created_by");
    entry.author = getString(json, "author");
    entry.comment = getString(json, "comment");
    entry.emptyLayer = getBool(json, "empty_layer");
    return entry;
}

std::vector<HistoryEntry> historyOf(const Json& config, size_t layers) {
    const Json& json = getMember(config, "history");
    if (!json.is_null() && !json.is_array())
        throw invalidArgument("history: an array of objects is wanted");
    std::vector<HistoryEntry> history;
    size_t withLayer = 0;
    for (const Json& item : json) {
        history.push_back(historyEntry(item));
        if (!history.back().emptyLayer) ++withLayer;
    }
    if (withLayer > layers)
        throw invalidArgument("the history speaks of " + std::to_string(withLayer) +
                              " layers, rootfs.diff_ids of " + std::to_string(layers));
    return history;
}

} // namespace

Image imageFromConfig(const std::string& id, const Json& config) {
    if (!config.is_object()) throw invalidArgument("an image config must be a JSON object");
    Image image;
    image.id = id;
    image.parent = getString(config, "parent");
    image.created = getString(config, "created");
    image.author = getString(config, "author");
    image.architecture = getString(config, "architecture");
    image.os = getString(config, "os", "linux");
    image.comment = getString(config, "comment");
    image.dockerVersion = getString(config, "docker_version");
    if (image.os != "linux")
        throw invalidArgument("image operating system \"" + image.os +
                              "\" cannot be used on this platform");
    image.config = spec::containerConfigFromJson(getMember(config, "config"));
    image.diffIds = diffIdsOf(config);
    image.chainId = chainIdOf(image.diffIds);
    image.history = historyOf(config, image.diffIds.size());
    return image;
}

void addSizes(Image& image, const std::vector<int64_t>& layerSizes) {
    image.size = 0;
    auto size = layerSizes.begin();
    for (HistoryEntry& entry : image.history)
        if (!entry.emptyLayer && size != layerSizes.end()) entry.size = *size++;
    for (; size != layerSizes.end(); ++size) {
        HistoryEntry entry;
        entry.created = image.created;
        entry.size = *size;
        image.history.push_back(entry);
    }
    for (const int64_t bytes : layerSizes)
        image.size += bytes;
}

Json historyOfV1(const Json& v1, bool emptyLayer) {
    Json entry = {{"created", getString(v1, "created")}};
    const auto cmd = getMember(v1, "container_config").is_null()
                         ? std::vector<std::string>{}
                         : spec::containerConfigFromJson(v1["container_config"]).cmd;
    if (!cmd.empty()) entry["created_by"] = join(cmd, " ");
    for (const char* key : {"author", "comment"})
        if (const std::string text = getString(v1, key); !text.empty()) entry[key] = text;
    if (emptyLayer) entry["empty_layer"] = true;
    return entry;
}

Json configFromV1(const Json& v1, const std::vector<std::string>& diffIds, const Json& history,
                  const std::string& parent) {
    Json config = v1;
    // They tell where the layer was kept, not what the image is.
    for (const char* key : {"id", "parent", "Size", "parent_id", "layer_id", "throwaway"})
        config.erase(key);
    config["os"] = getString(v1, "os", "linux");
    config["rootfs"] = {{"type", "layers"}, {"diff_ids", diffIds}};
    config["history"] = history;
    if (!parent.empty()) config["parent"] = parent;
    return config;
}

} // namespace ctrd::image

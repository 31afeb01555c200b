#include "image/commit.h"

#include "archive/digest.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/time.h"
#include "image/platform.h"

namespace ctrd::image {

namespace {

using archive::Digest;

// A tar without entries: its end alone.
const Digest& emptyTar() {
    static const Digest kDigest = archive::digestOf(std::string(1024, '\0'));
    return kDigest;
}

Digest digestIn(const std::string& text) {
    return text.empty() ? Digest() : Digest::parse(text);
}

size_t layersIn(const Json& history) {
    size_t count = 0;
    for (const Json& entry : history)
        if (!getBool(entry, "empty_layer")) ++count;
    return count;
}

Json historyBelow(const Json& parent, size_t layers) {
    Json history = getMember(parent, "history");
    if (!history.is_array()) history = Json::array();
    const std::string created = getString(parent, "created", formatTime(now()));
    for (size_t known = layersIn(history); known < layers; ++known)
        history.push_back({{"created", created}});
    return history;
}

} // namespace

CommittedChain commitLayer(archive::Source& diff, const CommittedLayer& layer,
                           storage::LayerStore& layers) {
    const Digest below = digestIn(layer.parentLayer);
    CommittedChain chain;
    for (const auto& one : layers.chain(below))
        chain.diffIds.push_back(one.diffId.text());
    const storage::Layer made = layers.registerLayer(diff, below);
    chain.top = LayerRef(layers, made.chainId);
    chain.empty = made.diffId == emptyTar();
    if (!chain.empty) {
        chain.diffIds.push_back(made.diffId.text());
    } else if (below.empty()) {
        chain.top = LayerRef();
    } else {
        layers.retain(below);
        chain.top = LayerRef(layers, below);
    }
    return chain;
}

Json committedConfig(const Json& parent, const CommittedChain& chain, const CommittedLayer& layer) {
    const std::string created = formatTime(now());
    Json history = historyBelow(parent, chain.diffIds.size() - (chain.empty ? 0 : 1));
    Json entry = {{"created", created}, {"created_by", join(layer.containerConfig.cmd, " ")}};
    if (!layer.author.empty()) entry["author"] = layer.author;
    if (!layer.comment.empty()) entry["comment"] = layer.comment;
    if (chain.empty) entry["empty_layer"] = true;
    history.push_back(entry);

    Json config = {
        {"architecture", getString(parent, "architecture", hostArchitecture())},
        {"os", "linux"},
        {"created", created},
        {"container", layer.containerId},
        {"container_config", spec::toJson(layer.containerConfig)},
        {"config", spec::toJson(layer.config)},
        {"rootfs", {{"type", "layers"}, {"diff_ids", chain.diffIds}}},
        {"history", history},
    };
    if (!layer.author.empty()) config["author"] = layer.author;
    if (!layer.comment.empty()) config["comment"] = layer.comment;
    if (!parent.is_null()) config["parent"] = layer.parentImage;
    const std::string variant = getString(parent, "variant");
    if (!variant.empty()) config["variant"] = variant;
    return config;
}

} // namespace ctrd::image

#include "image/early_layers.h"

#include "base/json.h"
#include "base/path.h"
#include "image/image_json.h"

#include <algorithm>

namespace ctrd::image {

namespace {

using archive::Digest;

constexpr const char* kManifest = "manifest.json";

} // namespace

bool EarlyLayers::take(const Spool& spool, const std::string& member, int64_t size,
                       archive::Source& content) {
    try {
        if (!knowsManifest_ && spool.has(kManifest)) readManifest(spool);
        if (!items_.empty()) readConfigs(spool);
    } catch (const Error&) {
        // The loader reads the same again when all is here, and says what is wrong with it.
        items_.clear();
        places_.clear();
    }
    if (!items_.empty()) return false;
    const auto place = places_.find(member);
    if (place == places_.end() || elsewhere_.count(member) > 0) return false;
    const auto& [parent, diffId] = place->second;
    if (!parent.empty() && !store_.find(parent)) return false;
    held_.push_back(
        registerMember(store_, progress_, {member, size, content}, parent, diffId).first);
    return true;
}

void EarlyLayers::readManifest(const Spool& spool) {
    knowsManifest_ = true;
    const Json manifest = parseJson(spool.text(kManifest), kManifest);
    if (!manifest.is_array()) return;
    for (const Json& item : manifest)
        items_.push_back({getString(item, "Config"), getStrings(item, "Layers")});
}

void EarlyLayers::readConfigs(const Spool& spool) {
    const auto isRead = [&](const Item& item) {
        if (!spool.has(item.config)) return false;
        const Json config = parseJson(spool.text(item.config), item.config);
        addPlaces(item, imageFromConfig("", config));
        return true;
    };
    items_.erase(std::remove_if(items_.begin(), items_.end(), isRead), items_.end());
}

void EarlyLayers::addPlaces(const Item& item, const Image& image) {
    if (item.layers.size() != image.diffIds.size()) return;
    Digest parent;
    for (size_t i = 0; i < item.layers.size(); ++i) {
        const std::string member = cleanPath(item.layers[i]);
        const Place place{parent, Digest::parse(image.diffIds[i])};
        const auto [known, isNew] = places_.emplace(member, place);
        if (!isNew && !(known->second == place)) elsewhere_.insert(member);
        parent = storage::chainIdOf(place.parent, place.diffId);
    }
}

} // namespace ctrd::image

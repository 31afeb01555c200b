#include "image/catalog.h"

#include "archive/digest.h"
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "base/time.h"
#include "image/image_json.h"
#include "image/layer_ref.h"
#include "storage/layer_store.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace ctrd::image {

namespace {

using archive::Digest;

constexpr const char* kIdPrefix = "sha256:";

std::string withPrefix(const std::string& id) {
    return startsWith(id, kIdPrefix) ? id : kIdPrefix + id;
}

// An empty reference for an image without layers.
LayerRef holdLayers(storage::LayerStore& layers, const std::string& chainId) {
    if (chainId.empty()) return {};
    const Digest chain = Digest::parse(chainId);
    layers.retain(chain);
    return {layers, chain};
}

const Image* findByPrefix(const std::map<std::string, Image>& images, const std::string& text) {
    const std::string prefix = withPrefix(text);
    if (prefix == kIdPrefix || !isHex(prefix.substr(std::string(kIdPrefix).size()))) return nullptr;
    const auto first = images.lower_bound(prefix);
    if (first == images.end() || !startsWith(first->first, prefix)) return nullptr;
    const auto second = std::next(first);
    if (second != images.end() && startsWith(second->first, prefix))
        throw invalidArgument("multiple images found with the id prefix '" + text + "'");
    return &first->second;
}

bool isNewer(const Image& a, const Image& b) {
    const Timestamp timeOfA = parseTime(a.created).value_or(0);
    const Timestamp timeOfB = parseTime(b.created).value_or(0);
    return timeOfA != timeOfB ? timeOfA > timeOfB : a.id < b.id;
}

} // namespace

Catalog::Catalog(const std::string& root, storage::LayerStore& layers)
    : blobs_(joinPath(root, "blobs/sha256")),
      layers_(layers),
      state_(State{{}, TagStore(joinPath(root, "tags.json"))}) {
    makeDirs(blobs_, 0700);
    for (const auto& directory : {root, blobs_})
        removeUnfinishedFiles(directory);
    auto state = state_.lock();
    for (const std::string& name : listDir(blobs_))
        if (isFullId(name)) readBlob(*state, name);
}

void Catalog::readBlob(State& state, const std::string& name) {
    const std::string path = joinPath(blobs_, name);
    try {
        const std::string bytes = readFile(path);
        const std::string id = kIdPrefix + name;
        if (archive::digestOf(bytes).text() != id)
            throw internalError("its content is not what its name says");
        const Json config = parseJson(bytes, path);
        LayerRef hold = holdLayers(layers_, imageFromConfig(id, config).chainId);
        state.images[id] = described(id, config);
        hold.giveAway();
    } catch (const Error& e) {
        log::warn("image '" + path + "' is left out: " + e.what());
    }
}

std::string Catalog::blobPath(const std::string& id) const {
    return joinPath(blobs_, Digest::parse(id).hex());
}

Image Catalog::described(const std::string& id, const Json& config) const {
    Image image = imageFromConfig(id, config);
    std::vector<int64_t> sizes;
    if (!image.chainId.empty())
        for (const storage::Layer& layer : layers_.chain(Digest::parse(image.chainId)))
            sizes.push_back(layer.size);
    addSizes(image, sizes);
    return image;
}

Image Catalog::named(const State& state, const Image& image) {
    Image result = image;
    if (state.images.count(result.parent) == 0) result.parent.clear();
    for (const std::string& name : state.tags.namesOf(image.id))
        (isDigestName(name) ? result.repoDigests : result.repoTags).push_back(name);
    result.lastTagged = state.tags.lastTagged(image.id);
    return result;
}

const Image& Catalog::resolve(const State& state, const std::string& reference) {
    const std::string id = withPrefix(reference);
    if (Digest::isValid(id)) {
        const auto found = state.images.find(id);
        if (found == state.images.end()) throw notFound("No such image: " + reference);
        return found->second;
    }
    const registry::Reference parsed = registry::parseReference(reference);
    if (const auto target = state.tags.find(parsed)) {
        const auto found = state.images.find(*target);
        if (found != state.images.end()) return found->second;
    }
    if (const Image* found = findByPrefix(state.images, reference)) return *found;
    throw notFound("No such image: " + parsed.familiar());
}

Image Catalog::get(const std::string& reference) const {
    const auto state = state_.lock();
    return named(*state, resolve(*state, reference));
}

std::string Catalog::configOf(const std::string& reference) const {
    const auto state = state_.lock();
    return readFile(blobPath(resolve(*state, reference).id));
}

std::vector<Image> Catalog::list() const {
    std::vector<Image> images;
    {
        const auto state = state_.lock();
        for (const auto& [id, image] : state->images)
            images.push_back(named(*state, image));
    }
    std::sort(images.begin(), images.end(), isNewer);
    return images;
}

std::pair<std::string, bool> Catalog::add(const std::string& configBytes) {
    const std::string id = archive::digestOf(configBytes).text();
    const Json config = parseJson(configBytes, "the image config");
    LayerRef hold = holdLayers(layers_, imageFromConfig(id, config).chainId);
    Image image = described(id, config);
    const auto state = state_.lock();
    if (state->images.count(id) > 0) return {id, false};
    writeFileAtomic(blobPath(id), configBytes, 0600, Durable::Yes);
    state->images[id] = std::move(image);
    hold.giveAway();
    return {id, true};
}

void Catalog::takeBack(const std::string& id) {
    LayerRef unused; // released after the lock
    const auto state = state_.lock();
    if (state->tags.namesOf(id).empty()) unused = drop(*state, id);
}

LayerRef Catalog::drop(State& state, const std::string& id) {
    const auto image = state.images.find(id);
    if (image == state.images.end()) return {};
    removePath(blobPath(id));
    const std::string chainId = image->second.chainId;
    state.images.erase(image);
    if (chainId.empty()) return {};
    return {layers_, Digest::parse(chainId)};
}

std::map<std::string, std::string> Catalog::setNames(
    const std::map<std::string, std::string>& names) {
    std::map<std::string, std::string> moved;
    const auto state = state_.lock();
    for (const auto& [name, id] : names) {
        if (state->images.count(id) == 0) throw notFound("No such image: " + id);
        const auto before = state->tags.find(registry::parseReference(name));
        if (before && *before != id) moved[name] = *before;
    }
    state->tags.set(names);
    return moved;
}

std::vector<std::string> Catalog::lineage(const std::string& id) const {
    std::vector<std::string> ids;
    const auto state = state_.lock();
    for (auto at = state->images.find(id); at != state->images.end();
         at = state->images.find(at->second.parent))
        ids.push_back(at->first);
    return ids;
}

std::vector<RemovedItem> Catalog::remove(const RemovalRequest& request) {
    RemovalPlan plan;
    std::vector<LayerRef> unused; // released after the lock, because trees go with them
    const auto state = state_.lock();
    if (resolve(*state, request.reference).id != request.id)
        throw conflict("conflict: \"" + request.reference +
                       "\" was given to another image meanwhile");
    plan = planRemoval(request, state->images, state->tags);
    const auto dropAll = [&] {
        for (const std::string& id : std::exchange(plan.ids, {}))
            unused.push_back(drop(*state, id));
    };
    try {
        state->tags.remove(plan.names);
    } catch (const SystemError& e) {
        // On a full disk the configs make the room that the list of names takes.
        if (e.errorNumber() != ENOSPC || plan.ids.empty()) throw;
        dropAll();
        state->tags.remove(plan.names);
    }
    dropAll();
    return std::move(plan.items);
}

} // namespace ctrd::image

#include "image/image_store.h"

#include "base/error.h"
#include "base/finally.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "image/catalog.h"
#include "image/changes.h"
#include "image/commit.h"
#include "image/early_layers.h"
#include "image/fetch.h"
#include "image/import.h"
#include "image/load.h"
#include "image/save.h"
#include "registry/reference.h"

#include <algorithm>
#include <map>

namespace ctrd::image {

struct ImageStore::Impl {
    Impl(const std::string& root, storage::LayerStore& layerStore)
        : tmp(joinPath(root, "tmp")), layers(layerStore), catalog(root, layerStore) {
        // What a crash left there is of use to nobody.
        removeTree(tmp);
        makeDirs(tmp, 0700);
    }

    std::string tmp;
    storage::LayerStore& layers;
    Catalog catalog;
};

namespace {

// NAME:TAG as it may point at an image.
std::string taggableName(const std::string& name, const std::string& tag) {
    const registry::Reference reference = registry::parseReference(name, tag);
    if (!reference.digest.empty())
        throw invalidArgument("refusing to create a tag with a digest reference: '" +
                              reference.familiar() + "'");
    if (reference.name == "sha256")
        throw invalidArgument(
            "refusing to create an ambiguous tag using digest algorithm as name: '" +
            reference.familiar() + "'");
    return reference.familiar();
}

void say(const Progress& progress, const std::string& text) {
    progress(Json{{"stream", text + "\n"}});
}

std::vector<LoadedImage> loadLayers(LayerLoader& loader) {
    const Spool& spool = loader.spool();
    if (spool.has("manifest.json")) return loadDockerArchive(loader);
    if (spool.has("index.json")) return loadOciLayout(loader);
    const auto members = spool.members();
    const auto isV1 = [](const std::string& member) { return endsWith(member, "/json"); };
    if (std::any_of(members.begin(), members.end(), isV1)) return loadV1Archive(loader);
    throw invalidArgument(
        "the archive holds no image: neither manifest.json nor index.json nor ID/json is in it "
        "(a root file system is for import)");
}

// Lists the images and gives them their names; all or none.  Returns whom a name belonged to
// before.
std::map<std::string, std::string> adopt(Catalog& catalog, const std::vector<LoadedImage>& images) {
    std::vector<std::string> added;
    Finally takeBack([&] {
        for (auto id = added.rbegin(); id != added.rend(); ++id) {
            try {
                catalog.takeBack(*id);
            } catch (const Error& e) {
                log::warn("image " + *id + " stays without a name: " + e.what());
            }
        }
    });
    std::map<std::string, std::string> names;
    for (const LoadedImage& image : images) {
        if (catalog.add(image.config).second) added.push_back(image.id);
        for (const std::string& name : image.names)
            names[name] = image.id;
    }
    auto moved = catalog.setNames(names);
    takeBack.dismiss();
    return moved;
}

// Names the images' names or, where one has none, its id.
std::vector<std::string> tellLoaded(const std::vector<LoadedImage>& images,
                                    const Progress& progress) {
    std::vector<std::string> told;
    for (const LoadedImage& image : images) {
        for (const std::string& name : image.names) {
            say(progress, "Loaded image: " + name);
            told.push_back(name);
        }
        if (!image.names.empty() || image.intermediate) continue;
        say(progress, "Loaded image ID: " + image.id);
        told.push_back(image.id);
    }
    return told;
}

} // namespace

ImageStore::ImageStore(const std::string& root, storage::LayerStore& layers)
    : impl_(std::make_unique<Impl>(root, layers)) {}

ImageStore::~ImageStore() = default;

Image ImageStore::get(const std::string& reference) const {
    return impl_->catalog.get(reference);
}

std::vector<Image> ImageStore::list() const {
    return impl_->catalog.list();
}

std::vector<HistoryEntry> ImageStore::history(const std::string& reference) const {
    std::vector<HistoryEntry> history = get(reference).history;
    std::reverse(history.begin(), history.end());
    return history;
}

void ImageStore::tag(const std::string& reference, const std::string& name,
                     const std::string& tag) {
    const std::string familiar = taggableName(name, tag);
    impl_->catalog.setNames({{familiar, get(reference).id}});
}

std::vector<RemovedItem> ImageStore::remove(const std::string& reference, bool force, bool noPrune,
                                            const Users& users) {
    RemovalRequest request;
    request.reference = reference;
    request.id = get(reference).id;
    request.force = force;
    request.noPrune = noPrune;
    for (const std::string& id : impl_->catalog.lineage(request.id))
        request.users[id] = users(id);
    return impl_->catalog.remove(request);
}

std::vector<std::string> ImageStore::load(archive::Source& archive, const Progress& progress) {
    EarlyLayers early(impl_->layers, progress);
    const Spool spool(
        impl_->tmp, archive,
        [&](const Spool& part, const std::string& member, int64_t size, archive::Source& content) {
            return early.take(part, member, size, content);
        });
    LayerLoader loader(spool, impl_->layers, progress);
    const std::vector<LoadedImage> images = loadLayers(loader);
    for (const auto& [name, before] : adopt(impl_->catalog, images)) {
        std::string text = "The image " + name;
        text += " already exists, renaming the old one with ID " + before + " to empty string";
        say(progress, text);
    }
    return tellLoaded(images, progress);
}

std::string ImageStore::import(archive::Source& tar, const std::string& name,
                               const std::string& tag, const std::string& message,
                               const std::vector<std::string>& changes, const Progress& progress) {
    const std::string familiar = name.empty() ? "" : taggableName(name, tag);
    spec::ContainerConfig config;
    applyChanges(config, changes);
    auto [layer, diffId] = importLayer(tar, impl_->layers);
    std::vector<LoadedImage> images(1);
    images[0].config =
        importedConfig(diffId, config, message.empty() ? "Imported from -" : message);
    images[0].id = archive::digestOf(images[0].config).text();
    images[0].layers = std::move(layer);
    if (!familiar.empty()) images[0].names = {familiar};
    adopt(impl_->catalog, images);
    progress(Json{{"status", images[0].id}});
    return images[0].id;
}

std::string ImageStore::importUrl(const std::string& url, const std::string& name,
                                  const std::string& tag, const std::string& message,
                                  const std::vector<std::string>& changes,
                                  const Progress& progress) {
    const std::string whole = completeUrl(url);
    progress(Json{{"status", "Downloading from " + whole}});
    FetchedArchive tar(whole, progress);
    return import(tar, name, tag, message.empty() ? "Imported from " + whole : message, changes,
                  progress);
}

std::string ImageStore::commit(archive::Source& diff, const CommittedLayer& layer,
                               const std::string& name, const std::string& tag) {
    std::vector<LoadedImage> images(1);
    if (!name.empty()) images[0].names = {taggableName(name, tag)};
    Json parent;
    try {
        parent = parseJson(impl_->catalog.configOf(layer.parentImage), "the parent's config");
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::NotFound) throw; // removed by force
    }
    CommittedChain chain = commitLayer(diff, layer, impl_->layers);
    images[0].config = dumpJson(committedConfig(parent, chain, layer));
    images[0].layers = std::move(chain.top);
    images[0].id = archive::digestOf(images[0].config).text();
    adopt(impl_->catalog, images);
    return images[0].id;
}

std::vector<std::string> ImageStore::save(const std::vector<std::string>& references,
                                          archive::Sink& out) const {
    std::vector<SavedImage> images =
        savedImages(references, list(), [&](const std::string& name) { return get(name); });
    std::vector<std::string> ids;
    for (SavedImage& image : images) {
        image.config = impl_->catalog.configOf(image.id);
        ids.push_back(image.id);
    }
    saveImages(images, impl_->layers, out);
    return ids;
}

std::string ImageStore::create(const Json& config) {
    return impl_->catalog.add(dumpJson(config)).first;
}

} // namespace ctrd::image

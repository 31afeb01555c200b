#include "archive/digest.h"
#include "base/error.h"
#include "engine/engine_impl.h"
#include "storage/layer_store.h"

#include <algorithm>
#include <map>
#include <set>

namespace ctrd::engine {

namespace {

// Those a list of images shows: steps on the way to others are left out.
std::vector<image::Image> shownImages(const image::ImageStore& images) {
    std::vector<image::Image> all = images.list();
    std::set<std::string> parents;
    for (const auto& image : all)
        parents.insert(image.parent);
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](const image::Image& image) {
                                 return image.repoTags.empty() && image.repoDigests.empty() &&
                                        parents.count(image.id) > 0;
                             }),
              all.end());
    return all;
}

std::vector<storage::Layer> layersOf(const storage::LayerStore& layers, const image::Image& image) {
    if (image.chainId.empty()) return {};
    try {
        return layers.chain(archive::Digest::parse(image.chainId));
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::NotFound) throw;
        return {}; // the image was removed meanwhile
    }
}

} // namespace

ImagesUsage Engine::imagesUsage() const {
    ImagesUsage usage;
    for (const auto& layer : impl_->layers.list())
        usage.layers += layer.size;
    std::map<std::string, int> containers; // by image
    for (const auto& container : impl_->containers.all())
        ++containers[container->lock()->record.imageId];
    const auto images = shownImages(images_);
    std::map<std::string, int> holders; // images that have a layer, by its chain id
    for (const auto& image : images)
        for (const auto& layer : layersOf(impl_->layers, image))
            ++holders[layer.chainId.text()];
    for (const auto& image : images) {
        int64_t shared = 0;
        for (const auto& layer : layersOf(impl_->layers, image))
            if (holders[layer.chainId.text()] > 1) shared += layer.size;
        usage.images.push_back({image, shared, containers[image.id]});
    }
    return usage;
}

} // namespace ctrd::engine

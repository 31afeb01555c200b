#include "image/load.h"

#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"
#include "image/image_json.h"
#include "registry/reference.h"
#include "storage/layer_store.h"

namespace ctrd::image {

namespace {

using archive::Digest;

// At most so often a client is told, because a terminal shows no more.
constexpr Timestamp kProgressInterval = kSecond / 10;

// Passes a layer on and tells how far it got.
class ProgressSource : public archive::Source {
public:
    ProgressSource(archive::Source& from, const Progress& progress, int64_t total, std::string id)
        : from_(from), progress_(progress), total_(total), id_(std::move(id)) {}

    size_t read(void* buffer, size_t size) override {
        const size_t got = from_.read(buffer, size);
        current_ += static_cast<int64_t>(got);
        if (got > 0 && (current_ == total_ || now() - told_ >= kProgressInterval)) tell();
        return got;
    }

private:
    void tell() {
        told_ = now();
        progress_(Json{{"status", "Loading layer"},
                       {"progressDetail", {{"current", current_}, {"total", total_}}},
                       {"id", id_}});
    }

    archive::Source& from_;
    const Progress& progress_;
    int64_t total_, current_ = 0;
    Timestamp told_ = now();
    std::string id_;
};

} // namespace

std::pair<LayerRef, Digest> registerMember(storage::LayerStore& store, const Progress& progress,
                                           const LayerMember& member, const Digest& parent,
                                           const Digest& expected) {
    return describing("layer '" + member.name + "' of the archive", [&] {
        // A layer whose digest is not known yet goes by its place in the archive, as Docker's v1
        // layers go by their image's id.
        const std::string id =
            expected.empty() ? member.name.substr(0, 12) : shortId(expected.text());
        ProgressSource source(member.content, progress, member.size, id);
        const storage::Layer layer = store.registerLayer(source, parent, expected);
        return std::make_pair(LayerRef(store, layer.chainId), layer.diffId);
    });
}

std::pair<LayerRef, Digest> LayerLoader::add(const std::string& member, const Digest& parent,
                                             const Digest& expected) {
    const auto [size, content] = describing("layer '" + member + "' of the archive", [&] {
        return std::make_pair(spool_.size(member), spool_.open(member));
    });
    return registerMember(store_, progress_, {member, size, *content}, parent, expected);
}

LayerRef LayerLoader::hold(const Digest& chainId) {
    store_.retain(chainId);
    return {store_, chainId};
}

LoadedImage LayerLoader::addImage(const std::string& member, const std::string& config,
                                  const std::vector<std::string>& layers) {
    LoadedImage loaded;
    loaded.config = config;
    loaded.id = archive::digestOf(config).text();
    const Image image = describing("config '" + member + "' of the archive", [&] {
        return imageFromConfig(loaded.id, parseJson(config, member));
    });
    if (image.diffIds.size() != layers.size())
        throw invalidArgument("config '" + member + "' of the archive names " +
                              std::to_string(image.diffIds.size()) + " layers, the manifest " +
                              std::to_string(layers.size()));
    for (size_t i = 0; i < layers.size(); ++i)
        loaded.layers =
            add(layers[i], loaded.layers.chainId(), Digest::parse(image.diffIds[i])).first;
    return loaded;
}

std::string loadedName(const std::string& text) {
    const registry::Reference reference = registry::parseReference(text);
    if (!reference.digest.empty())
        throw invalidArgument("invalid tag '" + text + "': it holds a digest");
    return reference.familiar();
}

} // namespace ctrd::image

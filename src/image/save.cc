#include "image/save.h"

#include "archive/digest.h"
#include "archive/tar_writer.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/time.h"
#include "image/layer_ref.h"
#include "image/tag_store.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace ctrd::image {

namespace {

using archive::Digest;

// What no image's own time is known for, as Docker writes it.
constexpr const char* kNoTime = "1970-01-01T00:00:00Z";

void addName(SavedImage& image, const std::string& name) {
    if (std::find(image.names.begin(), image.names.end(), name) == image.names.end())
        image.names.push_back(name);
}

SavedImage& findOrAdd(std::vector<SavedImage>& saved, const Image& image) {
    const auto found = std::find_if(saved.begin(), saved.end(),
                                    [&](const SavedImage& s) { return s.id == image.id; });
    if (found != saved.end()) return *found;
    saved.push_back({image.id, image.chainId, {}, ""});
    return saved.back();
}

// Whether it names a tag, or a repository with all its tags.
bool namesMatch(const registry::Reference& wanted, bool allTags, const std::string& name) {
    return allTags ? repositoryOf(name) == wanted.name : name == wanted.familiar();
}

// Adds the images that `text` names; false where it is no name of one.
bool addNamed(const std::string& text, const std::vector<Image>& images,
              std::vector<SavedImage>& saved) {
    registry::Reference wanted;
    try {
        wanted = registry::parseReference(text);
    } catch (const Error&) {
        return false;
    }
    const bool allTags = wanted.digest.empty() && !endsWith(text, ":" + wanted.tag);
    bool any = false;
    for (const Image& image : images) {
        for (const std::string& name : image.repoTags) {
            if (!namesMatch(wanted, allTags, name)) continue;
            addName(findOrAdd(saved, image), name);
            any = true;
        }
    }
    return any;
}

// Writes one archive: manifest.json and the configs, then the layers, so that whoever reads it
// knows a layer's place when it comes (early_layers.h).
class Writer {
public:
    Writer(storage::LayerStore& layers, archive::Sink& out) : layers_(layers), tar_(out) {}

    void write(const std::vector<SavedImage>& images) {
        for (const SavedImage& image : images)
            planImage(image);
        tar_.addFile("manifest.json", dumpJson(manifest_) + "\n");
        if (!repositories_.empty()) tar_.addFile("repositories", dumpJson(repositories_) + "\n");
        for (const auto& [file, config] : configs_)
            tar_.addFile(file, config);
        for (const auto& write : layerWrites_)
            write();
        tar_.finish();
    }

private:
    void planImage(const SavedImage& image) {
        const std::string file = Digest::parse(image.id).hex() + ".json";
        configs_[file] = image.config;
        const Json config = parseJson(image.config, "the config of " + image.id);
        const auto chain =
            layers_.chain(image.chainId.empty() ? Digest() : Digest::parse(image.chainId));
        std::vector<std::string> members;
        std::string below;
        for (size_t i = 0; i < chain.size(); ++i) {
            const bool top = i + 1 == chain.size();
            Json v1 = top ? topOf(config) : layerOf(config, i);
            below = planLayer(chain[i], std::move(v1), below);
            members.push_back(tarOf(chain[i]));
        }
        manifest_.push_back({{"Config", file}, {"RepoTags", image.names}, {"Layers", members}});
        if (below.empty()) return; // version 1 knows no image without a layer
        for (const std::string& name : image.names)
            repositories_[repositoryOf(name)][name.substr(repositoryOf(name).size() + 1)] = below;
    }

    // The `json` of a version 1 image for the image as a whole and, without the configuration, for
    // one of the layers below.
    static Json topOf(const Json& config) {
        Json v1 = config;
        for (const char* key : {"rootfs", "history", "parent", "id"})
            v1.erase(key);
        return v1;
    }

    static Json layerOf(const Json& config, size_t layer) {
        Json v1 = {{"created", kNoTime}, {"os", "linux"}};
        size_t at = 0;
        for (const Json& entry : getMember(config, "history")) {
            if (getBool(entry, "empty_layer") || at++ != layer) continue;
            v1["created"] = getString(entry, "created", kNoTime);
            const std::string by = getString(entry, "created_by");
            if (!by.empty()) v1["container_config"] = {{"Cmd", Json::array({by})}};
            for (const char* key : {"author", "comment"})
                if (entry.contains(key)) v1[key] = entry[key];
        }
        return v1;
    }

    // Returns its id, which is made of all it says and stands on, so that equal layers of two
    // images are one.
    std::string planLayer(const storage::Layer& layer, Json v1, const std::string& below) {
        if (!below.empty()) v1["parent"] = below;
        std::string id = archive::digestOf(layer.chainId.text() + dumpJson(v1)).hex();
        if (!directories_.insert(id).second) return id;
        v1["id"] = id;
        const auto known = tars_.emplace(layer.diffId, id + "/layer.tar").first;
        layerWrites_.emplace_back([this, layer, id, json = dumpJson(v1), tar = known->second] {
            writeLayer(layer, id, json, tar);
        });
        return id;
    }

    // `tar` is the member with its files: its own, or an earlier layer's with the same.
    void writeLayer(const storage::Layer& layer, const std::string& id, const std::string& json,
                    const std::string& tar) {
        addDirectory(id);
        tar_.addFile(id + "/VERSION", "1.0");
        tar_.addFile(id + "/json", json);
        if (tar == id + "/layer.tar")
            addTar(layer, tar);
        else
            addLink(id + "/layer.tar", "../" + tar);
    }

    void addDirectory(const std::string& name) {
        archive::Entry entry;
        entry.type = archive::EntryType::Directory;
        entry.name = name;
        entry.mode = 0755;
        tar_.add(entry);
    }

    void addLink(const std::string& name, const std::string& target) {
        archive::Entry entry;
        entry.type = archive::EntryType::Symlink;
        entry.name = name;
        entry.target = target;
        entry.mode = 0777;
        tar_.add(entry);
    }

    void addTar(const storage::Layer& layer, const std::string& name) {
        archive::Entry entry;
        entry.name = name;
        entry.size = layer.tarSize;
        tar_.add(entry);
        const auto tar = layers_.layerTar(layer.chainId);
        std::vector<char> buffer(archive::kStreamBuffer);
        while (const size_t n = tar->read(buffer.data(), buffer.size()))
            tar_.write(buffer.data(), n);
    }

    std::string tarOf(const storage::Layer& layer) const { return tars_.at(layer.diffId); }

    storage::LayerStore& layers_;
    archive::TarWriter tar_;
    Json manifest_ = Json::array();
    Json repositories_ = Json::object();
    std::map<std::string, std::string> configs_; // by member
    std::set<std::string> directories_;
    std::vector<std::function<void()>> layerWrites_;
    std::map<Digest, std::string> tars_; // by diff id
};

} // namespace

std::vector<SavedImage> savedImages(const std::vector<std::string>& references,
                                    const std::vector<Image>& images,
                                    const std::function<Image(const std::string&)>& get) {
    std::vector<SavedImage> saved;
    for (const std::string& text : references)
        if (!addNamed(text, images, saved)) findOrAdd(saved, get(text));
    return saved;
}

void saveImages(const std::vector<SavedImage>& images, storage::LayerStore& layers,
                archive::Sink& out) {
    std::vector<LayerRef> held; // so that an rmi meanwhile takes nothing away
    for (const SavedImage& image : images) {
        if (image.chainId.empty()) continue;
        const Digest chain = Digest::parse(image.chainId);
        layers.retain(chain);
        held.emplace_back(layers, chain);
    }
    Writer(layers, out).write(images);
}

} // namespace ctrd::image

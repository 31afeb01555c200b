// The archives of Docker 1.7.1: ID/{VERSION,json,layer.tar} for an image and all it was made from,
// and `repositories` with the names.  Its random ids become digests of configs.

#include "base/ids.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "image/image_json.h"
#include "image/load.h"

#include <algorithm>
#include <map>
#include <set>

namespace ctrd::image {

namespace {

constexpr int64_t kMaxEmptyTar = 10240; // one record of tar's

// What a child needs of its parent.
struct Loaded {
    size_t index = 0; // in the list of images
    std::vector<std::string> diffIds;
    Json history = Json::array();
};

class V1Loader {
public:
    explicit V1Loader(LayerLoader& loader) : loader_(loader) {}

    std::vector<LoadedImage> run() {
        for (const std::string& member : loader_.spool().members())
            if (baseName(member) == "json" && dirName(member) != ".") loadChain(dirName(member));
        if (images_.empty()) throw invalidArgument("the archive has names and no images");
        readNames();
        return std::move(images_);
    }

private:
    // The image and, before it, those it was made from.
    void loadChain(const std::string& id) {
        std::vector<std::pair<std::string, Json>> chain;
        std::set<std::string> seen;
        for (std::string at = id; !at.empty() && known_.count(at) == 0;) {
            if (!seen.insert(at).second)
                throw invalidArgument("image '" + id + "' of the archive is its own parent");
            chain.emplace_back(at, readJson(at));
            at = getString(chain.back().second, "parent");
        }
        for (auto it = chain.rbegin(); it != chain.rend(); ++it)
            describing("image '" + it->first + "' of the archive",
                       [&] { loadOne(it->first, it->second); });
    }

    Json readJson(const std::string& id) const {
        const std::string member = id + "/json";
        if (!isFullId(id)) throw invalidArgument("'" + id + "' of the archive is no image id");
        Json json = parseJson(loader_.spool().text(member), "'" + member + "' of the archive");
        if (!json.is_object())
            throw invalidArgument("'" + member + "' of the archive is no object");
        if (getString(json, "id", id) != id)
            throw invalidArgument("'" + member + "' of the archive says it is '" +
                                  getString(json, "id") + "'");
        return json;
    }

    void loadOne(const std::string& id, const Json& v1) {
        const auto parent = known_.find(getString(v1, "parent"));
        Loaded state;
        LoadedImage image;
        archive::Digest below;
        if (parent != known_.end()) {
            state = parent->second;
            below = images_[state.index].layers.chainId();
            images_[state.index].intermediate = true;
        }
        const std::string layer = id + "/layer.tar";
        const bool empty = isEmptyTar(layer);
        if (!empty) {
            auto added = loader_.add(layer, below, {});
            image.layers = std::move(added.first);
            state.diffIds.push_back(added.second.text());
        } else if (!below.empty()) {
            image.layers = loader_.hold(below);
        }
        state.history.push_back(historyOfV1(v1, empty));
        const std::string parentId = parent == known_.end() ? "" : images_[state.index].id;
        image.config = dumpJson(configFromV1(v1, state.diffIds, state.history, parentId));
        image.id = archive::digestOf(image.config).text();
        imageFromConfig(image.id, parseJson(image.config, id)); // refuses wrong types
        state.index = images_.size();
        images_.push_back(std::move(image));
        known_[id] = std::move(state);
    }

    // Images that only change the config have a layer of zero blocks.
    bool isEmptyTar(const std::string& member) const {
        if (loader_.spool().size(member) > kMaxEmptyTar) return false;
        const std::string bytes = loader_.spool().text(member);
        return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
    }

    void readNames() {
        if (!loader_.spool().has("repositories")) return;
        const Json json = parseJson(loader_.spool().text("repositories"), "repositories");
        for (const auto& [repository, tags] : json.items()) {
            if (!tags.is_object())
                throw invalidArgument("repositories of the archive: '" + repository +
                                      "' is no object of tags");
            for (const auto& [tag, id] : tags.items())
                addName(repository, tag, id.is_string() ? id.get<std::string>() : "");
        }
    }

    void addName(const std::string& repository, const std::string& tag, const std::string& id) {
        std::string name = repository;
        name += ":" + tag;
        const auto found = known_.find(id);
        if (found == known_.end())
            throw invalidArgument("repositories of the archive: '" + name + "' means '" + id +
                                  "', which is not there");
        images_[found->second.index].names.push_back(loadedName(name));
    }

    LayerLoader& loader_;
    std::vector<LoadedImage> images_;
    std::map<std::string, Loaded> known_; // by the archive's id
};

} // namespace

std::vector<LoadedImage> loadV1Archive(LayerLoader& loader) {
    return V1Loader(loader).run();
}

} // namespace ctrd::image

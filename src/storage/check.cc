#include "storage/check.h"

#include "archive/kept_headers.h"
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/path.h"
#include "base/strings.h"
#include "storage/layer_state.h"

#include <map>
#include <optional>

namespace ctrd::storage {

namespace {

using archive::Digest;

constexpr std::string_view kJson = ".json";

class LayerCheck {
public:
    LayerCheck(const std::string& root, DiffDriver& driver, const LayerUsers& users, bool repair)
        : paths_{root}, driver_(driver), users_(users), repair_(repair) {}

    std::vector<Finding> run() {
        checkUnfinished();
        checkDrafts();
        readLayers();
        readContainers();
        for (const auto& hex : names_)
            isWhole(Digest::fromHex(hex));
        reportDamaged();
        reportUnused();
        checkTrees();
        return std::move(findings_);
    }

private:
    LayerPaths paths_;
    DiffDriver& driver_;
    const LayerUsers& users_;
    bool repair_;
    std::vector<Finding> findings_;
    std::vector<std::string> names_;                  // of chains
    std::map<Digest, Layer> layers_;                  // whose record can be read
    std::map<Digest, std::string> verdicts_;          // of those that were looked at; "" is good
    std::map<std::string, ContainerNode> containers_; // whose files are whole
    std::set<std::string> known_;                     // trees of all containers

    // `mend` runs where repairs are wanted; what it throws becomes part of the sentence.
    template <typename F>
    void found(std::string text, F mend) {
        bool isRepaired = false;
        try {
            if (repair_) {
                mend();
                isRepaired = true;
            }
        } catch (const Error& e) {
            text += std::string("; it cannot be repaired: ") + e.what();
        }
        findings_.push_back({std::move(text), isRepaired});
    }

    void removeWithTrees(const std::string& directory, const std::string& cacheId) {
        for (const auto& name : listDir(directory))
            if (startsWith(name, kInitMark)) driver_.remove(name.substr(kInitMark.size()));
        if (!cacheId.empty()) driver_.remove(cacheId);
        removeTree(directory);
    }

    // What the next start of ctrd removes, too.
    void checkUnfinished() {
        for (const auto& path : driver_.unfinished())
            findings_.push_back({"'" + path + "' was never finished", repair_});
        if (repair_) driver_.cleanup();
        reportUnfinishedFiles(paths_.containers());
    }

    void reportUnfinishedFiles(const std::string& directory) {
        for (const auto& path : unfinishedFiles(directory))
            found("'" + path + "' was never finished", [&] { removePath(path); });
    }

    void checkDrafts() {
        for (const auto& cacheId : listDir(paths_.drafts()))
            found("layer " + shortId(cacheId) + " was never finished",
                  [&] { removeWithTrees(paths_.draft(cacheId), cacheId); });
    }

    void readLayers() {
        for (const auto& hex : listDir(paths_.chains())) {
            if (!isFullId(hex)) continue;
            names_.push_back(hex);
            reportUnfinishedFiles(paths_.chain(Digest::fromHex(hex)));
            const Digest chainId = Digest::fromHex(hex);
            try {
                layers_[chainId] =
                    parseLayerRecord(paths_.layerFile(paths_.chain(chainId)), chainId);
            } catch (const Error& e) {
                verdicts_[chainId] = e.what();
            }
        }
    }

    void readContainers() {
        for (const auto& file : listDir(paths_.containers())) {
            if (!endsWith(file, kJson)) continue;
            const std::string id = file.substr(0, file.size() - kJson.size());
            try {
                ContainerNode node = parseContainerRecord(paths_.container(id));
                known_.insert(node.cacheId);
                if (users_.containers.count(id) == 0)
                    found("files of container " + shortId(id) + ", which does not exist", [&] {
                        driver_.remove(node.cacheId);
                        removePath(paths_.container(id));
                    });
                else if (!driver_.exists(node.cacheId))
                    found("the files of container " + shortId(id) + " are gone",
                          [&] { removePath(paths_.container(id)); });
                else
                    containers_[id] = std::move(node);
            } catch (const Error& e) {
                known_.insert(id); // its tree has the container's own id
                findings_.push_back({"container " + shortId(id) + ": " + e.what(), false});
            }
        }
    }

    const std::string& isWhole(const Digest& chainId) {
        const auto known = verdicts_.find(chainId);
        if (known != verdicts_.end()) return known->second;
        const auto layer = layers_.find(chainId);
        if (layer == layers_.end()) return verdicts_[chainId] = "it does not exist";
        std::string why = faultOf(layer->second);
        return verdicts_[chainId] = std::move(why);
    }

    std::string faultOf(const Layer& layer) {
        if (!layer.parent.empty() && !isWhole(layer.parent).empty())
            return "layer " + layer.parent.text() + " below it is missing or damaged";
        if (!driver_.exists(layer.cacheId)) return "its tree " + layer.cacheId + " does not exist";
        const std::string keep = paths_.chain(layer.chainId);
        try {
            if (!exists(joinPath(keep, archive::kHeadersFile))) return "its headers are gone";
            const OpenTree tree = driver_.openTree(layer.cacheId);
            const auto tar = archive::reassembledArchive(tree.path, keep);
            archive::DigestingSource digesting(*tar);
            NoSink nothing;
            archive::copyAll(digesting, nothing);
            return digesting.digest() == layer.diffId ? "" : "its files have changed";
        } catch (const Error& e) {
            return e.what();
        }
    }

    class NoSink : public archive::Sink {
    public:
        void write(const void*, size_t) override {}
    };

    // The container that stands on a layer or on one above it.
    std::optional<std::string> userOf(const Digest& chainId) const {
        for (const auto& [id, node] : containers_)
            for (Digest at = node.parent; !at.empty();) {
                if (at == chainId) return id;
                const auto layer = layers_.find(at);
                at = layer == layers_.end() ? Digest() : layer->second.parent;
            }
        return {};
    }

    void reportDamaged() {
        for (const auto& [chainId, why] : verdicts_) {
            if (why.empty() || !exists(paths_.chain(chainId))) continue;
            found("layer " + chainId.text() + " is damaged: " + why, [&, id = chainId] {
                if (const auto user = userOf(id))
                    throw conflict("container " + shortId(*user) +
                                   " stands on it; remove that first");
                const auto layer = layers_.find(id);
                removeWithTrees(paths_.chain(id),
                                layer == layers_.end() ? "" : layer->second.cacheId);
            });
        }
    }

    // Good layers that neither an image nor a container stands on: the next start of ctrd removes
    // them too.
    void reportUnused() {
        std::set<Digest> used;
        const auto use = [&](Digest at) {
            while (!at.empty() && used.insert(at).second) {
                const auto layer = layers_.find(at);
                at = layer == layers_.end() ? Digest() : layer->second.parent;
            }
        };
        // A damaged image goes, and what only it has with it.
        for (const auto& chainId : users_.images)
            if (!chainId.empty() && isWhole(chainId).empty()) use(chainId);
        for (const auto& [id, node] : containers_)
            use(node.parent);
        for (const auto& [chainId, why] : verdicts_)
            if (why.empty() && used.count(chainId) == 0)
                found("layer " + chainId.text() + " belongs to no image and no container",
                      [&, id = chainId] {
                          removeWithTrees(paths_.chain(id), layers_.at(id).cacheId);
                      });
    }

    void checkTrees() {
        std::set<std::string> wanted = known_;
        for (const auto& [chainId, layer] : layers_)
            wanted.insert(layer.cacheId);
        for (const auto& hex : names_)
            for (const auto& name : listDir(paths_.chain(Digest::fromHex(hex))))
                if (startsWith(name, kInitMark)) wanted.insert(name.substr(kInitMark.size()));
        for (const auto& cacheId : listDir(paths_.drafts()))
            wanted.insert(cacheId);
        for (const auto& id : driver_.ids())
            if (wanted.count(id) == 0)
                found("tree " + id + " belongs to no layer and no container",
                      [&] { driver_.remove(id); });
    }
};

} // namespace

std::vector<Finding> checkLayers(const std::string& root, DiffDriver& driver,
                                 const LayerUsers& users, bool repair) {
    return LayerCheck(root, driver, users, repair).run();
}

bool hasLayer(const std::string& root, const Digest& chainId) {
    return exists(LayerPaths{root}.chain(chainId));
}

} // namespace ctrd::storage

#include "image/check.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "image/image_json.h"
#include "image/tag_store.h"

namespace ctrd::image {

namespace {

using archive::Digest;

std::string blobsOf(const std::string& root) {
    return joinPath(root, "blobs/sha256");
}

// The chain id of the image with this config; empty for one without layers.  Throws where the
// config is not what its name says.
Digest chainOf(const std::string& path) {
    const std::string bytes = readFile(path);
    const Digest id = Digest::fromHex(baseName(path));
    if (archive::digestOf(bytes) != id) throw internalError("its config has changed");
    const std::string chain = imageFromConfig(id.text(), parseJson(bytes, path)).chainId;
    return chain.empty() ? Digest() : Digest::parse(chain);
}

class ImageCheck {
public:
    ImageCheck(const std::string& root, const std::function<bool(const Digest&)>& hasLayer,
               bool repair)
        : root_(root), hasLayer_(hasLayer), repair_(repair) {}

    std::vector<storage::Finding> run() {
        for (const auto& name : listDir(blobsOf(root_)))
            checkBlob(name);
        for (const auto& path : unfinishedFiles(root_))
            report("'" + path + "' was never finished", path);
        for (const auto& name : listDir(joinPath(root_, "tmp")))
            report("a load was never finished: '" + joinPath(root_, "tmp", name) + "'",
                   joinPath(root_, "tmp", name));
        checkNames();
        return std::move(findings_);
    }

private:
    std::string root_;
    const std::function<bool(const Digest&)>& hasLayer_;
    bool repair_;
    std::vector<storage::Finding> findings_;
    std::set<std::string> good_;

    void report(const std::string& text, const std::string& path) {
        if (repair_) removeTree(path);
        findings_.push_back({text, repair_});
    }

    void checkBlob(const std::string& name) {
        const std::string path = joinPath(blobsOf(root_), name);
        if (!isFullId(name)) return report("a config was never finished: '" + path + "'", path);
        try {
            const Digest chain = chainOf(path);
            if (!chain.empty() && !hasLayer_(chain))
                throw notFound("its layer " + chain.text() + " does not exist");
            good_.insert("sha256:" + name);
        } catch (const Error& e) {
            report("image " + shortId(name) + " is damaged: " + e.what(), path);
        }
    }

    void checkNames() {
        TagStore tags(joinPath(root_, "tags.json"));
        std::vector<std::string> lost;
        for (const auto& [name, id] : tags.names()) {
            if (good_.count(id) != 0) continue;
            lost.push_back(name);
            findings_.push_back(
                {"the name " + name + " means image " + shortId(id) + ", which does not exist",
                 repair_});
        }
        if (repair_ && !lost.empty()) tags.remove(lost);
    }
};

} // namespace

std::set<Digest> chainsOfImages(const std::string& root) {
    std::set<Digest> chains;
    for (const auto& name : listDir(blobsOf(root))) {
        if (!isFullId(name)) continue;
        try {
            chains.insert(chainOf(joinPath(blobsOf(root), name)));
        } catch (const Error&) {
            continue; // checkImages() says why
        }
    }
    return chains;
}

std::vector<storage::Finding> checkImages(const std::string& root,
                                          const std::function<bool(const Digest&)>& hasLayer,
                                          bool repair) {
    return ImageCheck(root, hasLayer, repair).run();
}

} // namespace ctrd::image

// OCI image layout: index.json names manifests in blobs/, through further indexes if need be.

#include "base/json.h"
#include "base/strings.h"
#include "image/load.h"
#include "image/platform.h"

#include <algorithm>
#include <map>

namespace ctrd::image {

namespace {

constexpr int kMaxNesting = 4;

// A chosen manifest and the name its way through the indexes gave it.
struct Chosen {
    Json descriptor;
    std::string name; // "": none
    int fit = 0;
};

std::string blobMember(const Json& descriptor) {
    return "blobs/sha256/" + archive::Digest::parse(getString(descriptor, "digest")).hex();
}

void checkSize(const Spool& spool, const Json& descriptor, const std::string& member) {
    const int64_t wanted = getInt(descriptor, "size", -1);
    if (wanted >= 0 && spool.size(member) != wanted)
        throw invalidArgument("'" + member + "' of the archive has " +
                              std::to_string(spool.size(member)) + " bytes, its descriptor says " +
                              std::to_string(wanted));
}

std::string readBlob(const Spool& spool, const Json& descriptor) {
    const std::string member = blobMember(descriptor);
    checkSize(spool, descriptor, member);
    std::string text = spool.text(member);
    const std::string digest = archive::digestOf(text).text();
    if (digest != getString(descriptor, "digest"))
        throw invalidArgument("'" + member + "' of the archive has the digest " + digest);
    return text;
}

// containerd's annotation is a whole reference; the specification's is one, or a tag alone, which
// names nothing.
std::string nameOf(const Json& descriptor) {
    const Json& annotations = getMember(descriptor, "annotations");
    const std::string whole = getString(annotations, "io.containerd.image.name");
    if (!whole.empty()) return loadedName(whole);
    const std::string ref = getString(annotations, "org.opencontainers.image.ref.name");
    return ref.find_first_of(":/") == std::string::npos ? "" : loadedName(ref);
}

bool isIndex(const Json& descriptor) {
    const std::string type = getString(descriptor, "mediaType");
    return type == "application/vnd.oci.image.index.v1+json" ||
           type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

// Reads the indexes; says what it left out.
class Chooser {
public:
    explicit Chooser(const Spool& spool) : spool_(spool) {}

    // Every image an index of the top level lists, the best fit of each name.
    std::vector<Chosen> fromTop(const Json& index) {
        std::vector<Chosen> chosen;
        for (const Json& descriptor : manifestsOf(index)) {
            const std::string name = nameOf(descriptor);
            for (Chosen& found : resolve(descriptor, 0)) {
                if (!name.empty()) found.name = name;
                add(chosen, std::move(found));
            }
        }
        if (chosen.empty())
            throw invalidArgument("the archive has no image for linux/" + hostArchitecture() +
                                  (others_.empty() ? "" : "; it has " + join(others_, ", ")));
        return chosen;
    }

private:
    static void add(std::vector<Chosen>& chosen, Chosen found) {
        const auto same = std::find_if(chosen.begin(), chosen.end(), [&](const Chosen& other) {
            return !other.name.empty() && other.name == found.name;
        });
        if (same == chosen.end())
            chosen.push_back(std::move(found));
        else if (same->fit < found.fit)
            *same = std::move(found);
    }

    static const Json& manifestsOf(const Json& index) {
        const Json& manifests = getMember(index, "manifests");
        if (!manifests.is_array())
            throw invalidArgument("an index of the archive has no array of manifests");
        return manifests;
    }

    // Nothing where no platform fits; one manifest otherwise.
    std::vector<Chosen> resolve(const Json& descriptor, int depth) {
        if (depth > kMaxNesting) throw invalidArgument("the archive's indexes are nested too deep");
        if (isIndex(descriptor)) return resolveIndex(descriptor, depth);
        const Json& platform = getMember(descriptor, "platform");
        const int fit = platformFit(platform);
        if (fit > 0) return {Chosen{descriptor, "", fit}};
        if (getString(platform, "os") != "unknown") others_.push_back(platformName(platform));
        return {};
    }

    std::vector<Chosen> resolveIndex(const Json& descriptor, int depth) {
        const std::string member = blobMember(descriptor);
        const Json index =
            parseJson(readBlob(spool_, descriptor), "'" + member + "' of the archive");
        std::vector<Chosen> best;
        for (const Json& inner : manifestsOf(index))
            for (Chosen& found : resolve(inner, depth + 1))
                if (best.empty() || best.front().fit < found.fit) best = {std::move(found)};
        return best;
    }

    const Spool& spool_;
    std::vector<std::string> others_;
};

LoadedImage loadManifest(LayerLoader& loader, const Chosen& chosen) {
    const Spool& spool = loader.spool();
    const std::string member = blobMember(chosen.descriptor);
    const Json manifest =
        parseJson(readBlob(spool, chosen.descriptor), "'" + member + "' of the archive");
    const Json& config = getMember(manifest, "config");
    const Json& layers = getMember(manifest, "layers");
    if (!config.is_object() || !layers.is_array())
        throw invalidArgument("'" + member + "' of the archive is no image manifest");
    std::vector<std::string> members;
    for (const Json& layer : layers) {
        members.push_back(blobMember(layer));
        checkSize(spool, layer, members.back());
    }
    LoadedImage loaded = loader.addImage(blobMember(config), readBlob(spool, config), members);
    if (!chosen.name.empty()) loaded.names = {chosen.name};
    return loaded;
}

void checkVersion(const Spool& spool) {
    if (!spool.has("oci-layout")) return;
    const Json layout = parseJson(spool.text("oci-layout"), "oci-layout of the archive");
    const std::string version = getString(layout, "imageLayoutVersion");
    if (!startsWith(version, "1."))
        throw invalidArgument("oci-layout of the archive has the version '" + version +
                              "'; 1.0.0 is known here");
}

} // namespace

std::vector<LoadedImage> loadOciLayout(LayerLoader& loader) {
    checkVersion(loader.spool());
    const Json index = parseJson(loader.spool().text("index.json"), "index.json of the archive");
    // One manifest under several names is loaded once.
    std::map<std::string, size_t> known;
    std::vector<LoadedImage> images;
    for (const Chosen& chosen : Chooser(loader.spool()).fromTop(index)) {
        const auto [at, isNew] = known.emplace(blobMember(chosen.descriptor), images.size());
        if (isNew)
            images.push_back(loadManifest(loader, chosen));
        else if (!chosen.name.empty())
            images[at->second].names.push_back(chosen.name);
    }
    return images;
}

} // namespace ctrd::image

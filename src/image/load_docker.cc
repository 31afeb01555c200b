// docker-archive: manifest.json names a config and layer tars for each image.

#include "archive/digest.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"
#include "image/load.h"

namespace ctrd::image {

namespace {

constexpr const char* kManifest = "manifest.json";

// Writers name the config after its digest: "HEX.json", "blobs/sha256/HEX", "sha256:HEX".
void checkConfigName(const std::string& member, const std::string& config) {
    std::string hex = baseName(member);
    if (startsWith(hex, "sha256:")) hex = hex.substr(7);
    if (endsWith(hex, ".json")) hex.resize(hex.size() - 5);
    const archive::Digest digest = archive::digestOf(config);
    if (isFullId(hex) && digest.hex() != hex)
        throw invalidArgument("config '" + member + "' of the archive has the digest " +
                              digest.text());
}

LoadedImage loadItem(LayerLoader& loader, const Json& item) {
    const std::string member = getString(item, "Config");
    if (member.empty()) throw invalidArgument("manifest.json of the archive names no Config");
    const std::string config = loader.spool().text(member);
    checkConfigName(member, config);
    std::vector<std::string> names;
    for (const std::string& tag : getStrings(item, "RepoTags"))
        names.push_back(loadedName(tag));
    LoadedImage loaded = loader.addImage(member, config, getStrings(item, "Layers"));
    loaded.names = std::move(names);
    return loaded;
}

} // namespace

std::vector<LoadedImage> loadDockerArchive(LayerLoader& loader) {
    const Json manifest = parseJson(loader.spool().text(kManifest), "manifest.json of the archive");
    if (!manifest.is_array() || manifest.empty())
        throw invalidArgument("manifest.json of the archive is no array of images");
    std::vector<LoadedImage> images;
    for (const Json& item : manifest)
        images.push_back(loadItem(loader, item));
    return images;
}

} // namespace ctrd::image

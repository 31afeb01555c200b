#pragma once

#include "archive/stream.h"
#include "base/json_fwd.h"
#include "base/time.h"
#include "spec/container_config.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ctrd::storage {
class LayerStore;
}

namespace ctrd::image {

struct HistoryEntry {
    std::string created; // RFC 3339, as the config has it
    std::string createdBy, author, comment;
    bool emptyLayer = false;
    int64_t size = 0; // bytes of its layer; 0 for an empty one
};

// An image is its config; the id is the digest of the config's bytes.
struct Image {
    std::string id;     // "sha256:…"
    std::string parent; // id, "" where unknown
    std::string created, author, architecture, os, comment, dockerVersion;
    spec::ContainerConfig config;
    std::vector<std::string> diffIds; // bottom first
    std::string chainId;              // of the top layer; "" for an image without layers
    std::vector<HistoryEntry> history;
    int64_t size = 0;                  // bytes of all layers
    std::vector<std::string> repoTags; // "busybox:latest", sorted
    std::vector<std::string> repoDigests;
    Timestamp lastTagged = 0; // when it last got a name here; 0 for never
};

// A container's changes as they become the next layer of an image.
struct CommittedLayer {
    std::string parentImage; // id; the image may be gone, its layers are not
    std::string parentLayer; // chain id, "" for none
    std::string containerId;
    spec::ContainerConfig containerConfig;
    spec::ContainerConfig config; // of the image that is made
    std::string author, comment;
};

// {"stream": "…"} and {"status", "id", "progressDetail"}: one JSON object of Docker's stream.
using Progress = std::function<void(const Json&)>;

struct RemovedItem {
    bool deleted = false; // false: untagged
    std::string what;     // id or name:tag
};

// Images, their names, and the ways in.  Thread safe.  On disk below its root, content addressed:
// blobs/sha256/<config digest>, tags.json; every file is replaced atomically, and a config is
// written only when all its layers are whole, so a crash leaves nothing half-made in the list.
class ImageStore {
public:
    // `layers` must outlive it and be cleaned up already; the constructor retains every image's
    // layers, so collect() may follow.
    ImageStore(const std::string& root, storage::LayerStore& layers);
    ImageStore(const ImageStore&) = delete;
    ImageStore& operator=(const ImageStore&) = delete;
    ~ImageStore();

    // By name[:tag], name@digest, id or unique prefix of one.  NotFound
    // "No such image: NAME:TAG"; InvalidArgument where a prefix fits several.
    Image get(const std::string& reference) const;
    std::vector<Image> list() const;                                       // newest first
    std::vector<HistoryEntry> history(const std::string& reference) const; // newest first

    // Points NAME:TAG at an image; moves the name if it was another's.
    void tag(const std::string& reference, const std::string& name, const std::string& tag);

    // features.md §1.2 DELETE /images: a name is untagged, the image deleted with its last name;
    // an id with several names, or an image that `users(id)` names containers of, is a Conflict
    // unless forced (running users always are).  Untagged parents go too unless `noPrune`.
    struct User {
        std::string containerId;
        bool running = false;
    };
    using Users = std::function<std::vector<User>(const std::string& imageId)>;
    std::vector<RemovedItem> remove(const std::string& reference, bool force, bool noPrune,
                                    const Users& users);

    // docker-archive of 1.7.1 (repositories, ID/{json,layer.tar}), of today (manifest.json), OCI
    // layout, each also compressed.  Says "Loaded image: …" on `progress`; returns the names or
    // ids.
    std::vector<std::string> load(archive::Source& archive, const Progress& progress);

    // One root file system as a tar, compressed or not, to an image of one layer.  `changes` are
    // Dockerfile lines (CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, USER, VOLUME, WORKDIR).
    // `name` may be "" (untagged).  Returns the id.
    std::string import(archive::Source& tar, const std::string& name, const std::string& tag,
                       const std::string& message, const std::vector<std::string>& changes,
                       const Progress& progress);
    // The same of what an http or https URL gives.
    std::string importUrl(const std::string& url, const std::string& name, const std::string& tag,
                          const std::string& message, const std::vector<std::string>& changes,
                          const Progress& progress);

    // An image of the layer `diff`, an uncompressed tar, on top of another image's; a layer without
    // entries only changes the config.  `name` may be "" (untagged).  Returns the id.
    std::string commit(archive::Source& diff, const CommittedLayer& layer, const std::string& name,
                       const std::string& tag);

    // Writes the images as one docker-archive, each layer once (save.h).  A reference with a tag
    // names the image by that; one that is a repository brings all its tags; an id brings none.
    // Throws as get() before anything is written.  Returns the images' ids.
    std::vector<std::string> save(const std::vector<std::string>& references,
                                  archive::Sink& out) const;

    // Adds an image of layers that are there already (commit, build); returns the id.
    std::string create(const Json& config);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ctrd::image

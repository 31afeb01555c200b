#pragma once

#include "image/image_store.h"

#include <functional>
#include <string>
#include <vector>

// docker-archive, as Docker 1.10 to 24 write it: manifest.json and ID.json of each image for
// loaders of today, `repositories` and a directory LAYER-ID/{VERSION,json,layer.tar} of each layer
// for those of version 1 images (Docker 1.7.1).  A layer tar that several of the directories need
// is there once and linked to from the others; manifest.json names the one that is there, because
// not every loader follows links.
namespace ctrd::image {

struct SavedImage {
    std::string id;
    std::string chainId;            // of its top layer, "" for none
    std::vector<std::string> names; // that go with it, "busybox:latest"
    std::string config;             // the bytes
};

// Whom `references` mean, each image once: all tags of a repository that is named without one, the
// name alone of a tag, no name of an id.  `get` finds an image by id and throws NotFound.
std::vector<SavedImage> savedImages(const std::vector<std::string>& references,
                                    const std::vector<Image>& images,
                                    const std::function<Image(const std::string&)>& get);

// Writes the archive.  The layers stay in the store meanwhile; Internal where one was damaged.
void saveImages(const std::vector<SavedImage>& images, storage::LayerStore& layers,
                archive::Sink& out);

} // namespace ctrd::image

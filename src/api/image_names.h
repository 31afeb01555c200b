#pragma once

#include "engine/views.h"
#include "image/image_store.h"

#include <map>
#include <string>

namespace ctrd::api {

// What a container's image is called now; asks the store once a name.
class ImageNames {
public:
    explicit ImageNames(image::ImageStore& images) : images_(images) {}

    // The name it was made of; the id where that is another image's meanwhile, or nobody's.
    std::string of(const engine::ContainerView& view);

private:
    std::string idOf(const std::string& name);

    image::ImageStore& images_;
    std::map<std::string, std::string> ids_;
};

} // namespace ctrd::api

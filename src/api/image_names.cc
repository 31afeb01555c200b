#include "api/image_names.h"

#include "base/error.h"

namespace ctrd::api {

std::string ImageNames::of(const engine::ContainerView& view) {
    const std::string& name = view.config.image;
    auto known = ids_.find(name);
    if (known == ids_.end()) known = ids_.emplace(name, idOf(name)).first;
    return known->second == view.imageId ? name : view.imageId;
}

std::string ImageNames::idOf(const std::string& name) {
    try {
        return images_.get(name).id;
    } catch (const Error&) {
        return ""; // the name was taken away
    }
}

} // namespace ctrd::api

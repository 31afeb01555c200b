#pragma once

#include "image/image_store.h"
#include "image/tag_store.h"

#include <map>
#include <string>
#include <vector>

namespace ctrd::image {

struct RemovalRequest {
    std::string reference; // as the user wrote it
    std::string id;        // of the image it means
    bool force = false, noPrune = false;
    // Of the image and of all it was made from.
    std::map<std::string, std::vector<ImageStore::User>> users;
};

// What one removal takes away: first the names, then the images.
struct RemovalPlan {
    std::vector<std::string> names;
    std::vector<std::string> ids;
    std::vector<RemovedItem> items; // both, in the order the user is told
};

// Docker's rules (features.md §1.2, DELETE /images): throws Conflict with its words, "conflict:
// unable to delete 0123456789ab (must be forced) - image is referenced in multiple repositories".
// Changes nothing itself.
RemovalPlan planRemoval(const RemovalRequest& request, const std::map<std::string, Image>& images,
                        const TagStore& tags);

} // namespace ctrd::image

#include "image/remove.h"

#include "archive/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "registry/reference.h"

#include <algorithm>
#include <optional>
#include <set>

namespace ctrd::image {

namespace {

using Names = std::vector<std::string>;

// Why an image may not go.
struct Obstacle {
    bool hard = false;  // force does not help
    bool inUse = false; // by a container
    std::string message;
};

// One tag at most, and every name in one repository.
bool isSingleReference(const Names& names) {
    std::set<std::string> repositories;
    for (const std::string& name : names)
        repositories.insert(repositoryOf(name));
    const auto tags = std::count_if(names.begin(), names.end(),
                                    [](const std::string& name) { return !isDigestName(name); });
    return names.size() <= 1 || (tags <= 1 && repositories.size() == 1);
}

class Planner {
public:
    Planner(const RemovalRequest& request, const std::map<std::string, Image>& images,
            const TagStore& tags)
        : request_(request), images_(images), tags_(tags) {}

    RemovalPlan run() {
        bool quiet = false;
        if (const std::string name = nameMeant(); !name.empty()) {
            if (!untagByName(name)) return std::move(plan_);
            quiet = true;
        } else if (isSingleReference(namesOf(request_.id))) {
            untagById();
        }
        removeImage(request_.id, request_.force, quiet);
        return std::move(plan_);
    }

private:
    // The names that are left.
    Names namesOf(const std::string& id) const {
        Names names = tags_.namesOf(id);
        names.erase(std::remove_if(names.begin(), names.end(),
                                   [&](const std::string& name) {
                                       return std::count(plan_.names.begin(), plan_.names.end(),
                                                         name) > 0;
                                   }),
                    names.end());
        return names;
    }

    const ImageStore::User* findUser(const std::string& id, bool running) const {
        const auto users = request_.users.find(id);
        if (users == request_.users.end()) return nullptr;
        const auto found =
            std::find_if(users->second.begin(), users->second.end(),
                         [&](const ImageStore::User& user) { return user.running == running; });
        return found == users->second.end() ? nullptr : &*found;
    }

    bool hasChildren(const std::string& id) const {
        return std::any_of(images_.begin(), images_.end(), [&](const auto& item) {
            return item.second.parent == id &&
                   std::count(plan_.ids.begin(), plan_.ids.end(), item.first) == 0;
        });
    }

    std::optional<Obstacle> obstacle(const std::string& id, bool force, bool namesCount) const {
        if (hasChildren(id)) return Obstacle{true, false, "image has dependent child images"};
        if (const auto* user = findUser(id, true))
            return Obstacle{
                true, true,
                "image is being used by running container " + shortId(user->containerId)};
        if (force) return {};
        if (namesCount && !namesOf(id).empty())
            return Obstacle{false, false, "image is referenced in multiple repositories"};
        if (const auto* user = findUser(id, false))
            return Obstacle{
                false, true,
                "image is being used by stopped container " + shortId(user->containerId)};
        return {};
    }

    static Error conflictOf(const std::string& id, const Obstacle& obstacle) {
        return conflict("conflict: unable to delete " + shortId(id) + " (" +
                        (obstacle.hard ? "cannot be forced" : "must be forced") + ") - " +
                        obstacle.message);
    }

    void untag(const std::string& name) {
        plan_.names.push_back(name);
        plan_.items.push_back({false, name});
    }

    void untagById() {
        if (const auto found = obstacle(request_.id, request_.force, false))
            throw conflictOf(request_.id, *found);
        for (const std::string& name : namesOf(request_.id))
            untag(name);
    }

    // "" where the image was meant by its id.
    std::string nameMeant() const {
        if (archive::Digest::isValid(request_.reference) || isFullId(request_.reference)) return "";
        const std::string name = indexName(registry::parseReference(request_.reference));
        const Names names = namesOf(request_.id);
        return std::find(names.begin(), names.end(), name) == names.end() ? "" : name;
    }

    // Whether it was the last name.
    bool untagByName(const std::string& name) {
        if (!request_.force && isSingleReference(namesOf(request_.id))) checkUnused();
        untag(name);
        if (!isDigestName(name)) untagDigestsOf(repositoryOf(name));
        return namesOf(request_.id).empty();
    }

    // Digests of a repository that has no tag left here would keep the image for nobody.
    void untagDigestsOf(const std::string& repository) {
        Names digests;
        for (const std::string& name : namesOf(request_.id)) {
            if (repositoryOf(name) != repository) continue;
            if (!isDigestName(name)) return;
            digests.push_back(name);
        }
        for (const std::string& name : digests)
            untag(name);
    }

    void checkUnused() const {
        const auto* user = findUser(request_.id, true);
        if (user == nullptr) user = findUser(request_.id, false);
        if (user == nullptr) return;
        throw conflict("conflict: unable to remove repository reference \"" + request_.reference +
                       "\" (must force) - container " + shortId(user->containerId) +
                       " is using its referenced image " + shortId(request_.id));
    }

    // Quietly: an obstacle is a reason to stop, not to complain.
    void removeImage(const std::string& id, bool force, bool quiet) {
        const auto found = obstacle(id, force, true);
        if (found && quiet && (!namesOf(id).empty() || hasChildren(id) || found->inUse)) return;
        if (found) throw conflictOf(id, *found);
        for (const std::string& name : namesOf(id))
            untag(name);
        plan_.ids.push_back(id);
        plan_.items.push_back({true, id});
        const auto image = images_.find(id);
        if (request_.noPrune || image == images_.end()) return;
        // Parents go only where nobody would miss them, so they are never forced.
        if (images_.count(image->second.parent) > 0) removeImage(image->second.parent, false, true);
    }

    const RemovalRequest& request_;
    const std::map<std::string, Image>& images_;
    const TagStore& tags_;
    RemovalPlan plan_;
};

} // namespace

RemovalPlan planRemoval(const RemovalRequest& request, const std::map<std::string, Image>& images,
                        const TagStore& tags) {
    return Planner(request, images, tags).run();
}

} // namespace ctrd::image

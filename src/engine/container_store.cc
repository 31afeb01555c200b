#include "engine/container_store.h"

#include "base/error.h"
#include "base/ids.h"
#include "base/strings.h"

#include <algorithm>
#include <iterator>

namespace ctrd::engine {

void ContainerStore::reserveName(const std::string& name, const std::string& id) {
    const auto state = state_.lock();
    const auto [at, isNew] = state->names.emplace(name, id);
    if (!isNew && at->second != id)
        throw conflict("Conflict. The container name \"/" + name +
                       "\" is already in use by container \"" + at->second +
                       "\". You have to remove (or rename) that container to be able to reuse "
                       "that name.");
}

void ContainerStore::releaseName(const std::string& name) {
    state_.lock()->names.erase(name);
}

void ContainerStore::add(const ContainerPtr& container) {
    state_.lock()->byId[container->id()] = container;
}

void ContainerStore::remove(const Container& container) {
    const std::string name = container.lock()->record.name;
    const auto state = state_.lock();
    state->byId.erase(container.id());
    state->names.erase(name);
}

ContainerPtr ContainerStore::findId(const std::string& id) const {
    const auto state = state_.lock();
    const auto at = state->byId.find(id);
    return at == state->byId.end() ? nullptr : at->second;
}

ContainerPtr ContainerStore::findName(const std::string& name) const {
    const auto state = state_.lock();
    const auto named = state->names.find(name);
    if (named == state->names.end()) return nullptr;
    const auto at = state->byId.find(named->second);
    return at == state->byId.end() ? nullptr : at->second;
}

ContainerPtr ContainerStore::find(const std::string& ref) const {
    const auto state = state_.lock();
    const auto& byId = state->byId;
    if (const auto at = byId.find(ref); at != byId.end()) return at->second;
    const auto name = state->names.find(startsWith(ref, "/") ? ref.substr(1) : ref);
    if (name != state->names.end())
        if (const auto at = byId.find(name->second); at != byId.end()) return at->second;
    if (!isHex(ref)) throw notFound("No such container: " + ref);
    const auto first = byId.lower_bound(ref);
    if (first == byId.end() || !startsWith(first->first, ref))
        throw notFound("No such container: " + ref);
    const auto second = std::next(first);
    if (second != byId.end() && startsWith(second->first, ref))
        throw invalidArgument("Multiple IDs found with provided prefix: " + ref);
    return first->second;
}

std::vector<ContainerPtr> ContainerStore::all() const {
    std::vector<std::pair<Timestamp, ContainerPtr>> dated;
    {
        const auto state = state_.lock();
        for (const auto& [id, container] : state->byId)
            dated.emplace_back(0, container);
    }
    for (auto& [created, container] : dated)
        created = container->lock()->record.created;
    std::stable_sort(dated.begin(), dated.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<ContainerPtr> all;
    all.reserve(dated.size());
    for (auto& [created, container] : dated)
        all.push_back(std::move(container));
    return all;
}

} // namespace ctrd::engine

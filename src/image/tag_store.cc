#include "image/tag_store.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/path.h"
#include "base/strings.h"

namespace ctrd::image {

namespace {

constexpr int kVersion = 1;

Json readTags(const std::string& path) {
    if (!exists(path)) return Json::object();
    Json json = parseJson(readFile(path), path);
    if (getInt(json, "version") != kVersion)
        throw internalError("cannot read '" + path + "': its format version is " +
                            std::to_string(getInt(json, "version")) + ", this program knows " +
                            std::to_string(kVersion));
    return json;
}

} // namespace

TagStore::TagStore(std::string path) : path_(std::move(path)) {
    try {
        const Json json = readTags(path_);
        for (const auto& [name, id] : getMember(json, "names").items())
            names_[name] = id.get<std::string>();
        for (const auto& [id, time] : getMember(json, "tagged").items())
            tagged_[id] = parseTime(time.get<std::string>()).value_or(0);
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::InvalidArgument) throw;
        throw internalError(e.what()); // our file, not the request, is wrong
    } catch (const Json::exception& e) {
        throw internalError("cannot read '" + path_ + "': " + e.what());
    }
}

std::optional<std::string> TagStore::find(const registry::Reference& reference) const {
    const auto found = names_.find(indexName(reference));
    if (found == names_.end()) return {};
    return found->second;
}

std::vector<std::string> TagStore::namesOf(const std::string& id) const {
    std::vector<std::string> names;
    for (const auto& [name, target] : names_)
        if (target == id) names.push_back(name);
    return names;
}

Timestamp TagStore::lastTagged(const std::string& id) const {
    const auto found = tagged_.find(id);
    return found == tagged_.end() ? 0 : found->second;
}

void TagStore::set(const std::map<std::string, std::string>& names) {
    auto changed = names_;
    auto tagged = tagged_;
    const Timestamp time = now();
    for (const auto& [name, id] : names) {
        changed[name] = id;
        tagged[id] = time;
    }
    replace(std::move(changed), std::move(tagged));
}

void TagStore::remove(const std::vector<std::string>& names) {
    auto changed = names_;
    for (const std::string& name : names)
        changed.erase(name);
    Times tagged;
    for (const auto& [name, id] : changed)
        tagged[id] = lastTagged(id);
    replace(std::move(changed), std::move(tagged));
}

void TagStore::replace(Names names, Times tagged) {
    if (names == names_ && tagged == tagged_) return;
    Json json = {{"version", kVersion}, {"names", names}, {"tagged", Json::object()}};
    for (const auto& [id, time] : tagged)
        json["tagged"][id] = formatTime(time);
    writeFileAtomic(path_, dumpJson(json), 0600, Durable::Yes);
    names_ = std::move(names);
    tagged_ = std::move(tagged);
}

std::string indexName(const registry::Reference& reference) {
    return reference.digest.empty() ? reference.familiar()
                                    : reference.name + "@" + reference.digest;
}

bool isDigestName(const std::string& name) {
    return containsChar(name, '@');
}

std::string repositoryOf(const std::string& name) {
    const size_t at = name.find('@');
    return name.substr(0, at != std::string::npos ? at : name.rfind(':'));
}

} // namespace ctrd::image

#pragma once

#include "base/time.h"
#include "registry/reference.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ctrd::image {

// Which image a name means: "busybox:latest" and "busybox@sha256:…" to ids, many to one.  Kept in
// one file, {"version": 1, "names": {NAME: ID}, "tagged": {ID: TIME}}, replaced whole and synced at
// every change; a change that cannot be written throws and changes nothing.  Not thread safe: the
// store's lock is.
class TagStore {
public:
    // Reads `path`; empty where it is not there.  Throws Internal for a broken file.
    explicit TagStore(std::string path);

    // The id, by the digest where the reference has one, else by the tag.
    std::optional<std::string> find(const registry::Reference& reference) const;
    const std::map<std::string, std::string>& names() const { return names_; }
    std::vector<std::string> namesOf(const std::string& id) const; // sorted, tags and digests
    void set(const std::map<std::string, std::string>& names);     // familiar name to id
    Timestamp lastTagged(const std::string& id) const; // when it got a name; 0 for never
    void remove(const std::vector<std::string>& names);

private:
    using Names = std::map<std::string, std::string>;
    using Times = std::map<std::string, Timestamp>;
    void replace(Names names, Times tagged);

    std::string path_;
    Names names_;
    Times tagged_; // by id
};

// The name a reference has here: with its digest alone where it has one.
std::string indexName(const registry::Reference& reference);
// Whether a name of namesOf() holds a digest: "busybox@sha256:…".
bool isDigestName(const std::string& name);
// "busybox" of "busybox:latest", "host:5000/app" of "host:5000/app@sha256:…".
std::string repositoryOf(const std::string& name);

} // namespace ctrd::image

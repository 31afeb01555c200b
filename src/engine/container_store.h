#pragma once

#include "engine/container.h"

#include <map>
#include <string>
#include <vector>

namespace ctrd::engine {

// The containers of one daemon by id, prefix of it, and name.  Thread safe; its lock is a leaf.
class ContainerStore {
public:
    // A name belongs to one id from here on; Conflict where it is another's.
    void reserveName(const std::string& name, const std::string& id);
    void releaseName(const std::string& name);

    void add(const ContainerPtr& container); // its name was reserved
    void remove(const Container& container); // and its name is free

    // By full id, then name (a slash in front is allowed), then prefix of an id.  NotFound
    // "No such container: X"; InvalidArgument where a prefix fits several.
    ContainerPtr find(const std::string& ref) const;
    ContainerPtr findName(const std::string& name) const; // as it is; null where there is none
    ContainerPtr findId(const std::string& id) const;     // null where there is none
    std::vector<ContainerPtr> all() const;                // newest first

private:
    struct State {
        std::map<std::string, ContainerPtr> byId;
        std::map<std::string, std::string> names; // to ids
    };
    mutable Sync<State> state_;
};

} // namespace ctrd::engine

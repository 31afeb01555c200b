#pragma once

#include "base/ids.h"
#include "engine/container.h"

#include <memory>
#include <string>

namespace ctrd::testing {

inline engine::ContainerPtr makeContainer(const std::string& id, const std::string& name,
                                          const std::string& directory = "/nowhere",
                                          Timestamp created = 1) {
    engine::ContainerRecord record;
    record.id = id;
    record.name = name;
    record.created = created;
    return std::make_shared<engine::Container>(record, engine::RunRecord{}, directory);
}

// A full id that begins with `prefix`.
inline std::string idFrom(const std::string& prefix) {
    return prefix + std::string(64 - prefix.size(), '0');
}

} // namespace ctrd::testing

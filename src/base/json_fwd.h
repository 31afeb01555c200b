#pragma once

#include <nlohmann/json_fwd.hpp>

// For headers that name Json in declarations only: the whole of the library costs each file that
// includes it two seconds.  Who makes, reads or is given a Json includes base/json.h.
namespace ctrd {

using Json = nlohmann::json;

} // namespace ctrd

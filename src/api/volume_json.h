#pragma once

#include "base/json_fwd.h"
#include "engine/views.h"

namespace ctrd::api {

// Canonical form (wire/shape.h) of a volume.
Json volumeJson(const engine::VolumeView& view);
// The same with how much it holds, which `system df` tells.
Json volumeUsageJson(const engine::VolumeView& view, int64_t bytes);

} // namespace ctrd::api

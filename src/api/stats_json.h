#pragma once

#include "base/json_fwd.h"
#include "engine/views.h"

namespace ctrd::api {

// Canonical form (wire/shape.h) of a sample; clients make percentages of it and the one before.
// `before` is all zeros for the first.  `memoryTotal` of the host stands for "no limit".
Json statsJson(const engine::StatsView& sample, const engine::StatsView& before,
               int64_t memoryTotal);

} // namespace ctrd::api

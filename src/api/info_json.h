#pragma once

#include "api/api.h"
#include "base/json_fwd.h"
#include "engine/views.h"

namespace ctrd::api {

// Canonical forms (wire/shape.h) of GET /version and GET /info.  No list or object in them is a
// null: clients range over all of them.
Json versionJson(const Options& options, const engine::InfoView& view);
Json infoJson(const Options& options, const engine::InfoView& view);

} // namespace ctrd::api

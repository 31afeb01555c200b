#pragma once

#include "base/json_fwd.h"
#include "engine/views.h"

#include <string>

namespace ctrd::api {

// Canonical forms (wire/shape.h) of a container.
Json containerJson(const engine::ContainerView& view);
// `image` is what the list shows as its image: the name it was created from or, where that names
// another image by now, its id.
Json containerSummaryJson(const engine::ContainerView& view, const std::string& image);

// "Up 3 seconds", "Exited (0) 5 minutes ago" …, as of `now`.
std::string statusText(const engine::ContainerState& state, Timestamp now);

// The network a container is or would be on: "bridge", "host", "none"; "" where it shares another
// container's.
std::string networkName(const engine::ContainerView& view);
// 64 hexadecimal digits made of the name, because these networks have no identity but that.
std::string networkId(const std::string& name);

} // namespace ctrd::api

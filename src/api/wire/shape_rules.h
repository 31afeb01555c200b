#pragma once

#include "api/wire/shape.h"

namespace ctrd::api::wire {

// What of shape() is more than leaving a member out: members that moved or changed their value.
void applyRules(Object object, Version version, Json& json);

} // namespace ctrd::api::wire

#pragma once

#include "base/json_fwd.h"

// What `ctrd --check` and GET /check say of this host (api/wire/check_text.h has the form).
namespace ctrd::daemon {

// Asks anew each time, which takes some ten milliseconds; thread safe.
Json checkHost();

// Prints it, as a page or as JSON; 0 where containers can run, otherwise 1.
int printCheck(bool asJson);

// To the daemon's log, what is not fine.
void logCheck(const Json& report);

} // namespace ctrd::daemon

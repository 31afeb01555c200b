#pragma once

#include "api/http/server.h"

#include <string>

namespace ctrd::api {

// One line of the daemon's log for a request that may have changed something, with whoever made it:
//     audit: uid=0 pid=4711 program=ctr POST /v1.44/containers/create name=web: done
// Over TCP nobody knows who it was: peer=tcp.
void audit(const http::Request& request, const std::string& outcome);

} // namespace ctrd::api

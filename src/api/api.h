#pragma once

#include "api/http/server.h"
#include "base/json_fwd.h"

#include <functional>
#include <map>
#include <string>

namespace ctrd::engine {
class Engine;
}
namespace ctrd::network {
class Driver;
}

namespace ctrd::api {

struct Options {
    std::string version;   // of ctrd, "0.1.0"
    std::string buildTime; // RFC 3339, "" for none
    std::string corsHeader;
    // By name, for /networks and /info: those the engine has.  They outlive the handler.
    std::map<std::string, network::Driver*> networks;
    // The report on the host for /check (wire/check_text.h); from any thread.
    std::function<Json()> check;
};

// The Docker Remote API, 1.12 to 1.44, of one engine.  The handler may be called from any thread.
http::Handler createHandler(engine::Engine& engine, Options options);

} // namespace ctrd::api

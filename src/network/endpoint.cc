#include "base/json.h"
#include "network/driver.h"

namespace ctrd::network {

Json toJson(const Endpoint& endpoint) {
    return {{"network", endpoint.network},     {"endpointId", endpoint.endpointId},
            {"interface", endpoint.interface}, {"hostInterface", endpoint.hostInterface},
            {"address", endpoint.address},     {"prefixLength", endpoint.prefixLength},
            {"gateway", endpoint.gateway},     {"macAddress", endpoint.macAddress}};
}

Endpoint endpointFromJson(const Json& json) {
    Endpoint endpoint;
    endpoint.network = getString(json, "network");
    endpoint.endpointId = getString(json, "endpointId");
    endpoint.interface = getString(json, "interface");
    endpoint.hostInterface = getString(json, "hostInterface");
    endpoint.address = getString(json, "address");
    endpoint.prefixLength = static_cast<int>(getInt(json, "prefixLength"));
    endpoint.gateway = getString(json, "gateway");
    endpoint.macAddress = getString(json, "macAddress");
    return endpoint;
}

} // namespace ctrd::network

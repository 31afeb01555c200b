#include "network/host/driver.h"

#include "base/ids.h"
#include "base/json.h"

namespace ctrd::network {

Endpoint HostDriver::createEndpoint(const EndpointRequest&) {
    Endpoint endpoint;
    endpoint.network = type();
    endpoint.endpointId = randomHex(64);
    return endpoint;
}

Json HostDriver::describe() const {
    return {{"Name", "host"}, {"Driver", "host"}, {"SharesHost", true}};
}

} // namespace ctrd::network

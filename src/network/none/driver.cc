#include "network/none/driver.h"

#include "base/ids.h"
#include "base/json.h"

namespace ctrd::network {

Endpoint NoneDriver::createEndpoint(const EndpointRequest&) {
    Endpoint endpoint;
    endpoint.network = type();
    endpoint.endpointId = randomHex(64);
    return endpoint;
}

Json NoneDriver::describe() const {
    return {{"Name", "none"}, {"Driver", "null"}, {"SharesHost", false}};
}

} // namespace ctrd::network

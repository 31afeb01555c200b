#pragma once

#include "network/driver.h"

namespace ctrd::network {

// The container has a network namespace of its own with nothing but its loopback, which
// createNamespace() brings up.
class NoneDriver : public Driver {
public:
    std::string type() const override { return "none"; }
    void createNetwork() override {}
    void deleteNetwork() override {}
    Endpoint createEndpoint(const EndpointRequest& request) override;
    void restoreEndpoint(const Endpoint&) override {}
    void join(const Endpoint&, int) override {}
    void leave(const Endpoint&) override {}
    void deleteEndpoint(const Endpoint&) override {}
    // {"Name": "none", "Driver": "null", "SharesHost": false}; "null" is Docker's name for it.
    Json describe() const override;
};

} // namespace ctrd::network

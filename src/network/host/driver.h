#pragma once

#include "network/driver.h"

namespace ctrd::network {

// The container shares the network namespace of the host: there is nothing to make, and `join`
// ignores its namespace.
class HostDriver : public Driver {
public:
    std::string type() const override { return "host"; }
    void createNetwork() override {}
    void deleteNetwork() override {}
    Endpoint createEndpoint(const EndpointRequest& request) override;
    void restoreEndpoint(const Endpoint&) override {}
    void join(const Endpoint&, int) override {}
    void leave(const Endpoint&) override {}
    void deleteEndpoint(const Endpoint&) override {}
    // {"Name": "host", "Driver": "host", "SharesHost": true}
    Json describe() const override;
};

} // namespace ctrd::network

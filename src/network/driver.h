#pragma once

#include "base/fd.h"
#include "base/json_fwd.h"

#include <future>
#include <memory>
#include <string>
#include <vector>

// How containers reach each other and the world.
namespace ctrd::network {

// A container's attachment to a network: what `inspect` shows, what the engine keeps on disk and
// hands back after a restart of ctrd.  Empty fields: the driver has no such thing (host, none).
struct Endpoint {
    std::string network;       // "bridge", "host", "none"
    std::string endpointId;    // 64 hexadecimal digits
    std::string interface;     // in the container: "eth0"
    std::string hostInterface; // "veth1a2b3c4"
    std::string address;       // "172.17.0.2"
    int prefixLength = 0;
    std::string gateway;
    std::string macAddress;
};

Json toJson(const Endpoint& endpoint);
Endpoint endpointFromJson(const Json& json);

struct EndpointRequest {
    std::string containerId;
    std::string macAddress; // "" : made from the address, 02:42:…
    std::string address;    // "" : the next free one
};

// Thread safe.
class Driver {
public:
    virtual ~Driver() = default;

    virtual std::string type() const = 0;
    // Makes the bridge and its rules, or takes over what an earlier ctrd left; called once at
    // start.
    virtual void createNetwork() = 0;
    // Takes down what createNetwork made, if no endpoint is left.
    virtual void deleteNetwork() = 0;
    // Reserves an address; nothing of the kernel yet.  Unavailable where the range is used up.
    virtual Endpoint createEndpoint(const EndpointRequest& request) = 0;
    // After a restart of ctrd: this endpoint is in use, its address is taken.
    virtual void restoreEndpoint(const Endpoint& endpoint) = 0;
    // Makes the interfaces and routes, in `networkNamespace`.  On failure nothing stays.
    virtual void join(const Endpoint& endpoint, int networkNamespace) = 0;
    // Removes the host's side of it; nothing where it is gone already (it dies with the namespace).
    virtual void leave(const Endpoint& endpoint) = 0;
    // The address is free again.
    virtual void deleteEndpoint(const Endpoint& endpoint) = 0;
    // Name, subnet and gateway for `info` and `network inspect`.
    virtual Json describe() const = 0;
};

// A new network namespace with its loopback up; the only reference is the descriptor.  Made in a
// thread of its own, as unshare(2) changes the calling thread, while the caller goes on: it takes
// the kernel a millisecond.
std::future<Fd> createNamespace();
// That of a running process.  NotFound where it is gone.
Fd namespaceOf(pid_t pid);

} // namespace ctrd::network

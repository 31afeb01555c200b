#include "spec/conflicts.h"

#include "base/error.h"
#include "base/strings.h"

namespace ctrd::spec {

namespace {

struct Conflict {
    bool present;
    const char* options;
};

} // namespace

void refuseConflicts(const ContainerConfig& config, const HostConfig& host) {
    const bool joins = startsWith(host.networkMode, "container:");
    const bool shares = joins || host.networkMode == "host";
    const Conflict conflicts[] = {
        {joins && !config.hostname.empty(), "hostname and the network mode"},
        {host.utsMode == "host" && !config.hostname.empty(), "hostname and the UTS mode"},
        {joins && !host.links.empty(),
         "container type network can't be used with links. This would result in undefined "
         "behavior"},
        {joins && (!host.dns.empty() || !host.dnsSearch.empty() || !host.dnsOptions.empty()),
         "dns and the network mode"},
        {joins && !host.extraHosts.empty(), "custom host-to-IP mapping and the network mode"},
        {shares && !config.macAddress.empty(), "mac-address and the network mode"},
        {joins && (!host.portBindings.empty() || host.publishAllPorts),
         "port publishing and the container type network mode"},
        {joins && !config.exposedPorts.empty(),
         "port exposing and the container type network mode"},
    };
    for (const auto& conflict : conflicts)
        if (conflict.present)
            throw invalidArgument(std::string("conflicting options: ") + conflict.options + " (" +
                                  (joins ? host.networkMode : "host") + ")");
}

} // namespace ctrd::spec

#pragma once

#include <string>
#include <vector>

// The texts of a container's /etc/resolv.conf and /etc/hosts, see resolv.conf(5) and hosts(5).
namespace ctrd::network {

// What --dns, --dns-search and --dns-opt say; an empty list leaves what the host has.
struct ResolverOptions {
    std::vector<std::string> servers;
    std::vector<std::string> search; // {"."} : none at all
    std::vector<std::string> options;
};

// The host's file with what cannot work in a container taken out: name servers on the loopback,
// since the container has its own, and IPv6 ones, since it has no IPv6 address.  Where none is
// left, 8.8.8.8 and 8.8.4.4.
std::string resolvConf(const std::string& hostFile, const ResolverOptions& options);

// IPv4 addresses of the name servers in a resolv.conf, loopback ones included.
std::vector<std::string> nameservers(const std::string& resolvConf);

struct HostsOptions {
    std::string hostname;
    std::string domainname;
    std::string address;                 // the container's; "": no line for it
    std::vector<std::string> extraHosts; // "name:address", --add-host
};

// Throws InvalidArgument for an extra host that is not "name:address".
std::string hostsFile(const HostsOptions& options);

} // namespace ctrd::network

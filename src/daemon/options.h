#pragma once

#include "base/log.h"
#include "spec/host_config.h"

#include <map>
#include <string>
#include <vector>

namespace ctrd::daemon {

// What the command line and the files decided (configuration.h).  Names and defaults are those of
// `docker -d` 1.7.1 (features.md §2.3) with ctrd in the place of docker; the defaults stand in the
// table of option_table.cc.
struct Options {
    std::vector<std::string> hosts;
    std::string root, runDirectory, pidFile;
    std::string definitions; // directory of *.xml; "": none is read
    std::string group;       // owner of the socket, where the group exists
    bool daemonize = false;
    std::string logFile; // "": standard error; "syslog"; with --daemonize /var/log/ctrd
    log::Level logLevel = log::Level::Info;

    std::string storageDriver;               // "": the best that works here
    std::vector<std::string> storageOptions; // KEY=VALUE, for the driver
    std::string execDriver;
    std::string cgroupParent;
    std::vector<spec::Ulimit> defaultUlimits;
    spec::LogConfig logConfig;
    std::vector<std::string> labels;
    std::string corsHeader;
    bool selinux = false;

    struct Network {
        std::string bridge; // "": ctr0, made by ctrd; "none": no bridge network
        std::string bip;    // "172.17.42.1/16"; "": the first of Docker's list that is free
        std::string fixedCidr, defaultGateway;
        int mtu = 0; // 0: of the default route's link
        bool iptables = false, ipForward = false, ipMasquerade = false, interContainer = false;
        std::vector<std::string> dns, dnsSearch;
    } network;

    // What sysconfig files export: proxies, TMPDIR.
    std::map<std::string, std::string> environment;
};

} // namespace ctrd::daemon

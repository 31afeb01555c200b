#pragma once

#include "cli/options.h"
#include "spec/container_config.h"
#include "spec/host_config.h"

#include <string>

namespace ctrd::cli {

// What run and create have in common.
extern const OptionTable kContainerOptions;

// A container as a command line describes it.
struct ContainerRequest {
    std::string name, platform, pull, cidFile;
    spec::ContainerConfig config;
    spec::HostConfig hostConfig;
};

// Reads IMAGE [COMMAND [ARG...]] and the options.  `attached`: the streams are connected unless -a
// names some.  Throws InvalidArgument for what can be judged without the daemon.
ContainerRequest containerRequest(const Arguments& arguments, bool attached);

} // namespace ctrd::cli

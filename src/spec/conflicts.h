#pragma once

#include "spec/container_config.h"
#include "spec/host_config.h"

namespace ctrd::spec {

// Options of a request that exclude each other across the two halves of a container's
// configuration: what a container that shares a network or host name may not choose for itself.
// To be asked before an image's configuration is merged in.  Throws InvalidArgument in Docker's
// words.
void refuseConflicts(const ContainerConfig& config, const HostConfig& host);

} // namespace ctrd::spec

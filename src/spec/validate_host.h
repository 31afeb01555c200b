#pragma once

#include "spec/host_config.h"

// Parts of validate(HostConfig); each throws as that does.
namespace ctrd::spec {

// Namespace modes, sysctls, device rules.
void validateIsolation(const HostConfig& config);
// Weights, rates and the devices they belong to.
void validateBlockIo(const HostConfig& config);

} // namespace ctrd::spec

#pragma once

#include "daemon/options.h"
#include "network/driver.h"
#include "storage/driver.h"
#include "volume/store.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

// The tables name → driver: the only place that knows them all.
namespace ctrd::daemon {

// The driver that `options` names, or the one whose layers are on the disk already, or the best
// that works here.
std::unique_ptr<storage::DiffDriver> createStorage(const Options& options);

// "local", below ROOT/volumes.
volume::Store::Drivers createVolumes(const Options& options);

// "bridge" (unless --bridge=none), "host" and "none", ready for endpoints.
std::map<std::string, std::unique_ptr<network::Driver>> createNetworks(const Options& options);

// Throws InvalidArgument where `name` is none; NotSupported with what this host lacks for it and
// how to get it.
void checkExecDriver(const std::string& name);
struct DriverProblem {
    std::string name, problem; // "" where it works here
};
// All of them, in the order of preference.
std::vector<DriverProblem> probeExecDrivers();
// The names of those that work here; the reasons of the others are logged.
std::vector<std::string> execDrivers();
// Throws InvalidArgument for an option (Command::driverOptions) that the driver would refuse.
void checkExecOptions(const std::string& driver, const std::vector<std::string>& options);

} // namespace ctrd::daemon

#include "daemon/drivers.h"

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "exec/lxc/driver.h"
#include "exec/native/driver.h"
#include "network/bridge/driver.h"
#include "network/host/driver.h"
#include "network/none/driver.h"
#include "storage/aufs/driver.h"
#include "storage/btrfs/driver.h"
#include "storage/devicemapper/driver.h"
#include "storage/overlay/driver.h"
#include "storage/select.h"
#include "storage/vfs/driver.h"
#include "volume/local/driver.h"

namespace ctrd::daemon {

namespace {

using DriverPointer = std::unique_ptr<storage::DiffDriver>;
using Strings = std::vector<std::string>;

// Of a driver without options; where some are given, another driver is meant.
template <typename Driver>
DriverPointer plain(const std::string& name, const std::string& root, const Strings& options) {
    if (!options.empty())
        throw invalidArgument("--storage-opt '" + options[0] + "': storage driver " + name +
                              " has no options");
    return std::make_unique<Driver>(root);
}

template <typename Driver>
DriverPointer withOptions(const std::string&, const std::string& root, const Strings& options) {
    return std::make_unique<Driver>(root, options);
}

struct StorageDriver {
    const char* name;
    DriverPointer (*create)(const std::string& name, const std::string& root,
                            const Strings& options);
};

// In order of preference.  Docker's has aufs first and overlay behind devicemapper; here what the
// kernel has itself comes before what it is patched for, and both before devicemapper, which makes
// do with loop files.
constexpr StorageDriver kStorageDrivers[] = {
    {"btrfs", plain<storage::BtrfsDriver>},
    {"overlay", plain<storage::OverlayDriver>},
    {"aufs", plain<storage::AufsDriver>},
    {"devicemapper", withOptions<storage::DevicemapperDriver>},
    {"vfs", plain<storage::VfsDriver>},
};

std::vector<storage::DriverEntry> storageDrivers(const Strings& options) {
    std::vector<storage::DriverEntry> entries;
    for (const auto& driver : kStorageDrivers)
        entries.push_back({driver.name, [&driver, options](const std::string& root) {
                               return driver.create(driver.name, root, options);
                           }});
    return entries;
}

struct ExecDriver {
    const char* name;
    void (*probe)();
    void (*checkOptions)(const std::vector<std::string>& options);
};
constexpr ExecDriver kExecDrivers[] = {
    {"native", exec::native::probe, exec::native::checkOptions},
    {"lxc", exec::lxc::probe, exec::lxc::checkOptions},
};

const ExecDriver& execDriver(const std::string& name) {
    for (const auto& driver : kExecDrivers)
        if (name == driver.name) return driver;
    throw invalidArgument("unknown exec driver '" + name + "': native or lxc is wanted");
}

network::BridgeOptions bridgeOptions(const Options::Network& options) {
    network::BridgeOptions o;
    if (!options.bridge.empty()) o.bridge = options.bridge;
    o.bip = options.bip;
    o.fixedCidr = options.fixedCidr;
    o.defaultGateway = options.defaultGateway;
    o.mtu = options.mtu;
    o.iptables = options.iptables;
    o.ipForward = options.ipForward;
    o.ipMasq = options.ipMasquerade;
    o.icc = options.interContainer;
    return o;
}

} // namespace

std::unique_ptr<storage::DiffDriver> createStorage(const Options& options) {
    const std::string root = joinPath(options.root, "layers");
    makeDirs(root, 0711);
    return storage::selectDriver(root, options.storageDriver,
                                 storageDrivers(options.storageOptions));
}

volume::Store::Drivers createVolumes(const Options& options) {
    volume::Store::Drivers drivers;
    drivers["local"] = std::make_unique<volume::LocalDriver>(joinPath(options.root, "volumes"));
    return drivers;
}

std::map<std::string, std::unique_ptr<network::Driver>> createNetworks(const Options& options) {
    std::map<std::string, std::unique_ptr<network::Driver>> networks;
    networks["host"] = std::make_unique<network::HostDriver>();
    networks["none"] = std::make_unique<network::NoneDriver>();
    if (options.network.bridge != "none")
        networks["bridge"] =
            std::make_unique<network::BridgeDriver>(bridgeOptions(options.network));
    for (const auto& network : networks)
        network.second->createNetwork();
    return networks;
}

std::vector<DriverProblem> probeExecDrivers() {
    std::vector<DriverProblem> drivers;
    for (const auto& driver : kExecDrivers) {
        try {
            driver.probe();
            drivers.push_back({driver.name, ""});
        } catch (const Error& e) {
            drivers.push_back({driver.name, e.what()});
        }
    }
    return drivers;
}

std::vector<std::string> execDrivers() {
    std::vector<std::string> names;
    for (const auto& driver : probeExecDrivers()) {
        if (driver.problem.empty())
            names.push_back(driver.name);
        else
            log::info("no containers of the exec driver '" + driver.name + "': " + driver.problem);
    }
    return names;
}

void checkExecDriver(const std::string& name) {
    execDriver(name).probe();
}

void checkExecOptions(const std::string& driver, const std::vector<std::string>& options) {
    execDriver(driver).checkOptions(options);
}

} // namespace ctrd::daemon

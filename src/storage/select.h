#pragma once

#include "storage/driver.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ctrd::storage {

// A line of the daemon's table of drivers.
struct DriverEntry {
    std::string name;
    // Makes the driver with its trees below `root`, which exists.  Throws NotSupported with the
    // prerequisite that is missing and how to get it.
    std::function<std::unique_ptr<DiffDriver>(const std::string& root)> create;
};

// Where `selectDriver` puts the trees of a driver, and a LayerStore its root: "ROOT/NAME/trees" and
// "ROOT/NAME".
std::string treesOf(const std::string& root, const std::string& driver);

// The driver to use below `root` (`/var/lib/ctrd/layers`): `wanted` where it is not "", else the
// one whose layers are already there, else the first of the table that works.  Layers of a driver
// that cannot start any more are an error and no reason to take the next one, because all images
// would seem gone; those of "vfs", which works everywhere, as well as any other's.
// Throws InvalidArgument for an unknown name, Conflict where several drivers have layers there,
// NotSupported where none works or the one that must be taken does not.
std::unique_ptr<DiffDriver> selectDriver(const std::string& root, const std::string& wanted,
                                         const std::vector<DriverEntry>& table);

} // namespace ctrd::storage

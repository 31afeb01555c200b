#include "storage/select.h"

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strings.h"
#include "storage/layer_state.h"

#include <unistd.h>

namespace ctrd::storage {

namespace {

std::unique_ptr<DiffDriver> start(const std::string& root, const DriverEntry& entry) {
    const std::string trees = treesOf(root, entry.name);
    const bool isNew = listDir(trees).empty();
    makeDirs(trees, 0700);
    try {
        return entry.create(trees);
    } catch (const Error&) {
        // A driver that does not work shall not look like one that was used.
        if (isNew) removeTree(trees);
        rmdir(dirName(trees).c_str());
        throw;
    }
}

const DriverEntry& find(const std::string& name, const std::vector<DriverEntry>& table) {
    std::vector<std::string> names;
    for (const auto& entry : table) {
        if (entry.name == name) return entry;
        names.push_back(entry.name);
    }
    throw invalidArgument("unknown storage driver '" + name + "': there are " + join(names, ", "));
}

// Drivers whose layers are on the disk: what one was only tried with would not be missed.
std::vector<std::string> priorDrivers(const std::string& root) {
    std::vector<std::string> prior;
    for (const auto& name : listDir(root)) {
        const LayerPaths paths{joinPath(root, name)};
        if (!listDir(paths.chains()).empty() || !listDir(paths.containers()).empty())
            prior.push_back(name);
    }
    return prior;
}

std::unique_ptr<DiffDriver> startPrior(const std::string& root, const std::string& name,
                                       const std::vector<DriverEntry>& table) {
    try {
        return start(root, find(name, table));
    } catch (const Error& e) {
        throw Error(e.kind(), "cannot use storage driver '" + name + "', whose layers are in '" +
                                  root + "': " + e.what() +
                                  "; all images would seem gone with another driver, which -s "
                                  "DRIVER chooses all the same");
    }
}

} // namespace

std::string treesOf(const std::string& root, const std::string& driver) {
    return joinPath(root, driver, "trees");
}

std::unique_ptr<DiffDriver> selectDriver(const std::string& root, const std::string& wanted,
                                         const std::vector<DriverEntry>& table) {
    const auto prior = priorDrivers(root);
    if (!wanted.empty()) {
        for (const auto& name : prior)
            if (name != wanted)
                log::warn("images made with the storage driver '" + name + "' are not seen with '" +
                          wanted + "'");
        return start(root, find(wanted, table));
    }
    if (prior.size() > 1)
        throw conflict("'" + root + "' holds layers of several storage drivers (" +
                       join(prior, ", ") +
                       "): remove what is not needed, or choose one with -s DRIVER");
    if (prior.size() == 1) return startPrior(root, prior[0], table);
    std::vector<std::string> reasons;
    for (const auto& entry : table) {
        try {
            return start(root, entry);
        } catch (const Error& e) {
            log::debug("storage driver " + entry.name + " does not work here: " + e.what());
            reasons.emplace_back(e.what());
        }
    }
    throw notSupported("no storage driver works in '" + root + "': " + join(reasons, "; "));
}

} // namespace ctrd::storage

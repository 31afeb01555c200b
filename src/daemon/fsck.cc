#include "daemon/fsck.h"

#include "archive/unpack.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/path.h"
#include "daemon/drivers.h"
#include "daemon/pid_file.h"
#include "daemon/programs.h"
#include "image/check.h"
#include "storage/check.h"

#include <iostream>

#include <sys/stat.h>

namespace ctrd::daemon {

namespace {

using storage::Finding;

// Directories of containers without a record: made or removed halfway.
std::vector<Finding> checkContainers(const std::string& directory, bool repair) {
    std::vector<Finding> findings;
    for (const auto& name : listDir(directory)) {
        const std::string path = joinPath(directory, name);
        if (exists(joinPath(path, "config.json"))) continue;
        if (repair) removeTree(path);
        findings.push_back({"container " + shortId(name) + " was never finished", repair});
    }
    return findings;
}

} // namespace

int checkFiles(const Options& options, bool repair) {
    umask(0022);
    if (!isDirectory(options.root)) throw notFound("there is no directory '" + options.root + "'");
    const LockedFile lock(joinPath(options.root, "ctrd.lock"));
    archive::setHelperProgram(helperProgram("ctrd-helper"));
    const auto driver = createStorage(options);
    const std::string images = joinPath(options.root, "images");
    const std::string layers = joinPath(options.root, "layers", driver->name());
    const std::string containers = joinPath(options.root, "containers");

    std::vector<Finding> all = checkContainers(containers, repair);
    storage::LayerUsers users;
    users.images = image::chainsOfImages(images);
    for (const auto& id : listDir(containers))
        users.containers.insert(id);
    const auto take = [&all](std::vector<Finding> some) {
        all.insert(all.end(), some.begin(), some.end());
    };
    take(storage::checkLayers(layers, *driver, users, repair));
    take(image::checkImages(
        images, [&](const auto& id) { return storage::hasLayer(layers, id); }, repair));

    int left = 0;
    for (const auto& finding : all) {
        std::cout << (finding.isRepaired ? "repaired: " : "fault: ") << finding.text << "\n";
        left += finding.isRepaired ? 0 : 1;
    }
    std::cout << all.size() << " faults, " << all.size() - static_cast<size_t>(left) << " repaired"
              << (left > 0 && !repair ? " (--repair repairs)" : "") << std::endl;
    return left > 0 ? 1 : 0;
}

} // namespace ctrd::daemon

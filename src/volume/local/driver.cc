#include "volume/local/driver.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/finally.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"

#include <utility>

namespace ctrd::volume {

namespace {

constexpr int kFormatVersion = 1;
constexpr const char* kRecord = "volume.json";
constexpr const char* kData = "_data";
constexpr const char* kStage = ".stage";

std::map<std::string, std::string> stringsOf(const Json& object, const char* key) {
    std::map<std::string, std::string> strings;
    const Json& member = getMember(object, key);
    for (const auto& item : member.items())
        strings[item.key()] = getString(member, item.key().c_str());
    return strings;
}

Json toJson(const Volume& volume) {
    return {{"version", kFormatVersion},
            {"name", volume.name},
            {"created", volume.created},
            {"labels", volume.labels},
            {"options", volume.options}};
}

Volume read(const std::string& directory) {
    const std::string path = joinPath(directory, kRecord);
    const Json json = parseJson(readFile(path), path);
    const int64_t version = getInt(json, "version");
    if (version < 1 || version > kFormatVersion)
        throw notSupported("'" + path + "' has format version " + std::to_string(version) +
                           ", this ctrd reads up to " + std::to_string(kFormatVersion));
    Volume volume;
    volume.name = getString(json, "name");
    volume.driver = "local";
    volume.created = getInt(json, "created");
    volume.labels = stringsOf(json, "labels");
    volume.options = stringsOf(json, "options");
    if (volume.name != baseName(directory))
        throw internalError("'" + path + "' is of volume '" + volume.name + "'");
    if (!isDirectory(joinPath(directory, kData)))
        throw internalError("volume '" + volume.name + "' has lost its directory " + kData);
    return volume;
}

void refuseOptions(const Volume& volume) {
    if (volume.options.empty()) return;
    throw notSupported("cannot create volume '" + volume.name + "' with option '" +
                       volume.options.begin()->first +
                       "': the driver local mounts nothing of its own; mount it on the host and "
                       "bind it with -v DIRECTORY:PATH");
}

// What cannot be removed now is removed at the next start.
void removeQuietly(const std::string& path) {
    try {
        removeTree(path);
    } catch (const Error& e) {
        log::warn(e.what());
    }
}

bool isHidden(const std::string& name) {
    return name[0] == '.';
}

} // namespace

LocalDriver::LocalDriver(std::string root) : root_(std::move(root)) {
    makeDirs(root_, 0711);
}

std::string LocalDriver::directoryOf(const std::string& volume) const {
    checkName(volume);
    return joinPath(root_, volume);
}

std::string LocalDriver::mountPoint(const std::string& volume) const {
    return joinPath(directoryOf(volume), kData);
}

std::vector<Volume> LocalDriver::load() {
    std::vector<Volume> volumes;
    for (const auto& name : listDir(root_)) {
        const std::string directory = joinPath(root_, name);
        try {
            if (isHidden(name)) {
                log::info("removing what is left of volume " + name);
                removeTree(directory);
                continue;
            }
            removeTree(joinPath(directory, kStage));
            volumes.push_back(read(directory));
        } catch (const Error& e) {
            log::error("cannot read volume " + name + ": " + e.what());
        }
    }
    return volumes;
}

void LocalDriver::create(const Volume& volume) {
    refuseOptions(volume);
    const std::string directory = directoryOf(volume.name);
    const std::string draft = joinPath(root_, ".new-" + volume.name);
    if (exists(directory))
        throw conflict("cannot create volume '" + volume.name + "': '" + directory +
                       "' is there already");
    removeTree(draft);
    bool done = false;
    const Finally cleanUp([&] {
        if (!done) removeQuietly(draft);
    });
    makeDir(draft, 0711);
    makeDir(joinPath(draft, kData), 0755);
    writeFileAtomic(joinPath(draft, kRecord), dumpJson(toJson(volume)), 0600, Durable::Yes);
    renamePath(draft, directory);
    done = true;
    fsyncPath(root_);
}

std::string LocalDriver::stage(const std::string& volume) {
    std::string path = joinPath(directoryOf(volume), kStage);
    removeTree(path);
    makeDir(path, 0755);
    return path;
}

void LocalDriver::commitStage(const std::string& volume) {
    const std::string directory = directoryOf(volume);
    renamePath(joinPath(directory, kStage), joinPath(directory, kData));
    fsyncPath(directory);
}

void LocalDriver::remove(const std::string& volume) {
    const std::string directory = directoryOf(volume);
    if (!exists(directory)) return;
    const std::string doomed = joinPath(root_, ".old-" + randomHex(16));
    renamePath(directory, doomed);
    fsyncPath(root_);
    removeQuietly(doomed);
}

} // namespace ctrd::volume

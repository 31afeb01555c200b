#include "spec/mount.h"

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "spec/json_shapes.h"

#include <algorithm>
#include <iterator>

namespace ctrd::spec {

namespace {

constexpr uint32_t kStickyForAll = 01777;
constexpr int64_t kAllModeBits = 07777;
constexpr const char* kPropagations[] = {"private", "rprivate", "shared",
                                         "rshared", "slave",    "rslave"};

Error invalid(const Mount& mount, const std::string& reason) {
    return invalidArgument("invalid mount config for type \"" + mount.type + "\": " + reason);
}

void readBindOptions(const Json& options, Mount& mount) {
    mount.propagation = getString(options, "Propagation");
    mount.nonRecursive = getBool(options, "NonRecursive");
    mount.createSource = getBool(options, "CreateMountpoint");
}

void readVolumeOptions(const Json& options, VolumeOptions& volume) {
    volume.noCopy = getBool(options, "NoCopy");
    volume.labels = getStringMap(options, "Labels");
    const Json& driver = getMember(options, "DriverConfig");
    volume.driver = getString(driver, "Name");
    volume.options = getStringMap(driver, "Options");
    if (!getString(options, "Subpath").empty())
        throw notSupported("VolumeOptions.Subpath: mounting a part of a volume is not built yet");
}

void writeVolumeOptions(const VolumeOptions& volume, Json& json) {
    if (volume.noCopy) json["VolumeOptions"]["NoCopy"] = true;
    if (!volume.labels.empty()) json["VolumeOptions"]["Labels"] = volume.labels;
    if (!volume.driver.empty()) json["VolumeOptions"]["DriverConfig"]["Name"] = volume.driver;
    if (!volume.options.empty()) json["VolumeOptions"]["DriverConfig"]["Options"] = volume.options;
}

void readTmpfsOptions(const Json& options, Mount& mount) {
    mount.tmpfsSize = getInt(options, "SizeBytes");
    const int64_t mode = getInt(options, "Mode");
    if (mode < 0 || mode > kAllModeBits)
        throw invalidArgument("TmpfsOptions.Mode: permission bits are wanted, not " +
                              std::to_string(mode));
    if (mode != 0) mount.tmpfsMode = static_cast<uint32_t>(mode);
}

void checkBind(const Mount& mount) {
    if (mount.source.empty()) throw invalid(mount, "field Source must not be empty");
    if (mount.source[0] != '/')
        throw invalid(mount,
                      "invalid mount path: '" + mount.source + "' mount path must be absolute");
    const bool known = mount.propagation.empty() ||
                       std::any_of(std::begin(kPropagations), std::end(kPropagations),
                                   [&](const char* word) { return mount.propagation == word; });
    if (!known) throw invalid(mount, "invalid propagation mode: " + mount.propagation);
}

void checkVolume(const Mount& mount) {
    if (mount.source.find('/') != std::string::npos)
        throw invalid(mount, "the volume name '" + mount.source +
                                 "' is a path: use type=bind for a directory of the host");
    if (mount.source.empty() && mount.readOnly)
        throw invalid(mount, "must not set ReadOnly mode when using anonymous volumes");
}

void checkTmpfs(const Mount& mount) {
    if (!mount.source.empty()) throw invalid(mount, "field Source must not be specified");
    if (mount.tmpfsSize < 0)
        throw invalid(mount, "the size " + std::to_string(mount.tmpfsSize) + " is negative");
}

} // namespace

Mount mountFromJson(const Json& json) {
    Mount mount;
    mount.type = getString(json, "Type");
    mount.source = getString(json, "Source");
    mount.target = getString(json, "Target");
    mount.readOnly = getBool(json, "ReadOnly");
    mount.consistency = getString(json, "Consistency");
    readBindOptions(getMember(json, "BindOptions"), mount);
    readTmpfsOptions(getMember(json, "TmpfsOptions"), mount);
    readVolumeOptions(getMember(json, "VolumeOptions"), mount.volume);
    return mount;
}

Json toJson(const Mount& mount) {
    Json json = {{"Type", mount.type}, {"Target", mount.target}};
    if (!mount.source.empty()) json["Source"] = mount.source;
    if (mount.readOnly) json["ReadOnly"] = true;
    if (!mount.consistency.empty()) json["Consistency"] = mount.consistency;
    if (!mount.propagation.empty()) json["BindOptions"]["Propagation"] = mount.propagation;
    if (mount.nonRecursive) json["BindOptions"]["NonRecursive"] = true;
    if (mount.createSource) json["BindOptions"]["CreateMountpoint"] = true;
    if (mount.tmpfsSize != 0) json["TmpfsOptions"]["SizeBytes"] = mount.tmpfsSize;
    if (mount.tmpfsMode != kStickyForAll) json["TmpfsOptions"]["Mode"] = mount.tmpfsMode;
    writeVolumeOptions(mount.volume, json);
    return json;
}

void validate(const Mount& mount) {
    if (mount.target.empty()) throw invalid(mount, "field Target must not be empty");
    if (mount.target[0] != '/' || cleanPath(mount.target) == "/")
        throw invalid(mount, "invalid mount path: '" + mount.target +
                                 "' must be absolute and not the container's root");
    if (mount.type == "bind") return checkBind(mount);
    if (mount.type == "tmpfs") return checkTmpfs(mount);
    if (mount.type == "volume") return checkVolume(mount);
    throw invalidArgument("mount type unknown: \"" + mount.type +
                          "\": bind, volume or tmpfs is wanted");
}

} // namespace ctrd::spec

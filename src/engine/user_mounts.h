#pragma once

#include "kernel/mount.h"
#include "spec/container_config.h"
#include "spec/host_config.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ctrd::engine {

// A mount that the user or the image asked for, as the container's record keeps it.
struct MountPoint {
    std::string type;         // "bind", "volume", "tmpfs"
    std::string name, driver; // of the volume
    std::string mode;         // the third part of -v as it was written
    bool anonymous = false;   // a volume nobody named: it goes with `rm -v`
    bool copyUp = false;      // an empty volume gets what the image has there
    // As an exec driver takes it; a volume's source is filled in once the volume is there.
    kernel::MountSpec mount;
    // Of a volume that is still to be made; the record does not keep them.
    std::map<std::string, std::string> labels, options;

    bool isVolume() const { return type == "volume"; }
    bool isReadOnly() const;
};

// The mount points of another container, which --volumes-from names; throws NotFound.
using MountPointsOfOther = std::function<std::vector<MountPoint>(const std::string& ref)>;

// In Docker's order of precedence: what -v and --mount say, what --volumes-from brings (of two the
// later), the volumes of the configuration; a --tmpfs at the same place takes it.  Anonymous
// volumes have got their names.  InvalidArgument names the value: two of the first kind at one
// place, a path that is not absolute, a mode that is none.
std::vector<MountPoint> mountPointsOf(const spec::ContainerConfig& config,
                                      const spec::HostConfig& host,
                                      const MountPointsOfOther& ofOther);

Json toJson(const std::vector<MountPoint>& points);
std::vector<MountPoint> mountPointsFromJson(const Json& json);

} // namespace ctrd::engine

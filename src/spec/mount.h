#pragma once

#include "base/json_fwd.h"

#include <cstdint>
#include <map>
#include <string>

namespace ctrd::spec {

// Of a volume that a mount names.
struct VolumeOptions {
    bool noCopy = false;                                // an empty one stays empty
    std::string driver;                                 // "": local
    std::map<std::string, std::string> labels, options; // where it is still to be made
};

// An entry of `HostConfig.Mounts`, what --mount says.  Members are called as in the API; the
// options of one type lie in BindOptions, VolumeOptions and TmpfsOptions there.
struct Mount {
    std::string type;           // "bind", "tmpfs", "volume"
    std::string source;         // bind: an absolute path of the host; volume: its name or ""
    std::string target;         // absolute, in the container
    bool readOnly = false;      //
    std::string propagation;    // bind: "rprivate" where it is ""
    bool nonRecursive = false;  // bind: without what is mounted below the source
    bool createSource = false;  // bind: make a directory where there is nothing
    int64_t tmpfsSize = 0;      // bytes; 0: the kernel's, half of the memory
    uint32_t tmpfsMode = 01777; // permission bits of its root
    std::string consistency;    // kept; only Docker's desktop heeds it
    VolumeOptions volume;
};

// Throws InvalidArgument that names the key where the shape is wrong.
Mount mountFromJson(const Json& json);
Json toJson(const Mount& mount);

// What can be judged without asking the host; throws InvalidArgument "invalid mount config for type
// "bind": …".
void validate(const Mount& mount);

} // namespace ctrd::spec

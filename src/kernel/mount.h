#pragma once

#include "base/json_fwd.h"

#include <string>
#include <vector>

// Mounts, described and done.
namespace ctrd::kernel {

class RootedPath;

// A mount that somebody else makes: storage describes a root file system, the monitor mounts it in
// a mount namespace of its own, so that it can neither leak nor stay behind.
struct MountSpec {
    std::string type;   // file system type, or "bind"
    std::string source; // device, directory to bind, or a word such as "overlay"
    std::string target; // inside the container; "" for the root itself
    // Flags by their mount(8) names (ro nosuid nodev noexec bind rbind private rslave relatime …);
    // what is no flag goes to the file system as data, joined by commas.
    std::vector<std::string> options;
    // Directory to stand in while mounting, so that relative paths in `options` stay short: the
    // kernel takes one page of them, a 40-deep overlay would not fit.  "" for none.
    std::string workingDirectory;
};

Json toJson(const MountSpec& mount);
MountSpec mountSpecFromJson(const Json& json);

// Mounts `mount` at `target` (which replaces mount.target).  A bind with options is remounted, as
// the kernel ignores them on the first call.  Must not run beside other threads where
// workingDirectory is set.  Throws SystemError "cannot mount 'SOURCE' (TYPE) on 'TARGET': …".
void mountAt(const MountSpec& mount, const std::string& target);
// The same on a path in a container's tree, whose links lead nowhere else.
void mountAt(const MountSpec& mount, RootedPath& target);

// Makes the file system that is mounted at `target` read-only for those who come by this way; a
// path that is no mount point is bound on itself first.
void bindReadOnly(RootedPath& target);
void remountReadOnly(const std::string& target);

// Changes how mounts travel between namespaces: MS_SLAVE, MS_PRIVATE …, with MS_REC for all below.
void setPropagation(const std::string& target, unsigned long flags);

// Takes a mount out of this namespace at once; the kernel frees it when nobody uses it any more.
void unmountLazily(const std::string& target);

// MountSpec::options, sorted into what mount(2) takes.
struct MountOptions {
    unsigned long set = 0;                  // MS_… without propagation
    unsigned long clear = 0;                // named as off: "rw", "dev", "exec" …
    std::vector<unsigned long> propagation; // MS_PRIVATE …, one call each
    std::string data;
};
MountOptions parseMountOptions(const std::vector<std::string>& options);

// A line of /proc/mounts, its octal escapes undone.
struct MountEntry {
    std::string source, target, type;
    std::vector<std::string> options;
};
// Lines that are none are left out.
std::vector<MountEntry> parseMounts(const std::string& text);

} // namespace ctrd::kernel

#pragma once

#include "archive/stream.h"
#include "base/json_fwd.h"
#include "kernel/mount.h"

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

// Files of a container, read and written by a helper process that is chrooted into its root: links
// are followed as the container would, and lead nowhere else.
namespace ctrd::archive {

// How the helper gets there.
struct ContainerTree {
    // Of a container that runs: its root directory as its processes see it and its mount namespace,
    // both open; they stay the caller's.  Kernels before EL6.7's show no mount namespace (-1).
    int root = -1, mountNamespace = -1;
    // Of one that does not: what to mount where nobody else sees it, and what on top of that.  A
    // mount point that is missing is made, as a start would.  The root file system of one that runs
    // where its mount namespace is not to be had.
    kernel::MountSpec rootfs;
    std::vector<kernel::MountSpec> mounts;
    bool readOnly = false; // the root, not what is mounted on it

    bool runs() const { return root >= 0; }
};

// What a path names.  A link at its end is not followed, unless a slash or "/." stands behind it.
struct PathStat {
    std::string name; // its last part, "." of "dir/.", "/" of the root
    int64_t size = 0;
    mode_t mode = 0;        // as stat(2)
    std::string mtime;      // RFC 3339
    std::string linkTarget; // of a link: where it leads in the end, from the container's root
};

struct WriteOptions {
    // A directory in the place of something else, or the other way round, is refused.
    bool refuseOtherKinds = false;
    // Whom the files shall belong to ("name", "uid:gid" …, by the container's passwd), whatever the
    // archive says; "" leaves it.
    std::string owner;
};

// All throw NotFound where `path` does not exist, InvalidArgument where a part of it is no
// directory, and SystemError or NotSupported where the container cannot be entered.
PathStat statPath(const ContainerTree& tree, const std::string& path);

// Writes the file or directory as a tar with names that begin with its own ("etc/", "etc/passwd";
// "./", "./passwd" of "etc/."; "/" of the root).  The kernel's own file systems (/proc, /sys …) are
// left empty.  With `followLink` what a link at its end leads to, by that one's name.
void readPath(const ContainerTree& tree, const std::string& path, bool followLink, Sink& out);

// Unpacks a tar, compressed or not, into the directory `path`, to which links lead too, and reads
// it to its end.
void writePath(const ContainerTree& tree, const std::string& path, const WriteOptions& options,
               Source& tar);

// Writes the root file system itself as a tar, without what is mounted on it.
void exportTree(const ContainerTree& tree, Sink& out);

// What crosses to the helper.
Json toJson(const ContainerTree& tree);
ContainerTree containerTreeFromJson(const Json& json);
Json toJson(const PathStat& stat);
PathStat pathStatFromJson(const Json& json);

} // namespace ctrd::archive

#pragma once

#include "storage/naive_diff.h"

#include <string>
#include <vector>

namespace ctrd::storage {

// Each tree is a file system on a thin device of its own, a snapshot of its parent's: made in
// milliseconds, and sharing every block that is not written.  What EL6's kernel has instead of
// overlay.
//
// The pool lies in two sparse files, or on devices or in a pool that options name.  Trees are not
// mounted but when read here, and then where nobody else sees it (kernel/detached_mount.h); a
// container's is mounted by its monitor, for which mountOf() activates the device and released()
// lets it go.
//
// On disk below `root`: pool/ (devicemapper/pool.h), devices/ (devicemapper/records.h),
// parents/<id> and stage, an empty directory.
class DevicemapperDriver : public NaiveDiff {
public:
    // `options`: "dm.KEY=VALUE" (devicemapper/options.h).  Makes or resumes the pool.  Throws
    // NotSupported with what is missing and how to get it, InvalidArgument for an option, and
    // leaves nothing in `root` where it was empty.
    DevicemapperDriver(const std::string& root, const std::vector<std::string>& options);
};

} // namespace ctrd::storage

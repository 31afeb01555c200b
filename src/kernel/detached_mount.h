#pragma once

#include "base/fd.h"
#include "kernel/mount.h"

namespace ctrd::kernel {

// Mounts `mount` where no other process and no other thread of this one ever sees it, and gives its
// root directory, open.  The file system stays mounted as long as that, or anything else in it, is
// open: "/proc/PID/fd/N" is the way in, also for a helper process.  A namespace that is copied
// meanwhile takes no copy of the mount along, so the device is free once all is closed.
// `stage`: an existing directory, used as a mount point for a moment; many may use one at once.
// Throws SystemError.
Fd mountDetached(const MountSpec& mount, const std::string& stage);

} // namespace ctrd::kernel

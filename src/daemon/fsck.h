#pragma once

#include "daemon/options.h"

namespace ctrd::daemon {

// `ctrd --fsck`: checks layers, images and the files of containers below options.root, prints a
// line for each fault and a sum, and with `repair` takes away what is broken or belongs to
// nothing. The program's exit code: 0 where nothing is wrong or all is repaired, 1 otherwise.
// Throws Conflict where a ctrd uses the directory.
int checkFiles(const Options& options, bool repair);

} // namespace ctrd::daemon

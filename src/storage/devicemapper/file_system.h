#pragma once

#include "storage/devicemapper/options.h"

#include <string>

namespace ctrd::storage::devicemapper {

// Throws NotSupported where the kernel does not know `type` (its module is loaded where it is one)
// or there is no mkfs for it.
void needFileSystem(const std::string& type);

// Makes an empty file system on `device`: the only time that another program does a driver's work,
// once for a pool.  `stage` is an empty directory to mount it on, privately.
void makeFileSystem(const std::string& device, const Options& options, const std::string& stage);

// What a mount of a copy needs: XFS refuses two file systems of the same name at once.
std::vector<std::string> mountOptionsOf(const std::string& type, const Options& options);

} // namespace ctrd::storage::devicemapper

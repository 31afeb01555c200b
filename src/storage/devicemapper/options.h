#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ctrd::storage::devicemapper {

// What --storage-opt says, with Docker's names and defaults.  Sizes are in bytes.
struct Options {
    uint64_t baseSize = uint64_t(10) << 30; // of the file system of every tree; its space is taken
                                            // only as it is filled
    uint64_t loopDataSize = uint64_t(100) << 30;   // of the sparse files the pool lies in where no
    uint64_t loopMetadataSize = uint64_t(2) << 30; // device is given
    uint64_t blockSize = 64 << 10;                 // what the pool gives out at once
    std::string fileSystem = "ext4";               // or xfs
    std::vector<std::string> mkfsArguments;
    std::vector<std::string> mountOptions;
    std::string dataDevice, metadataDevice; // "": a sparse file
    std::string thinPoolDevice;             // a pool that somebody else made, and the whole of it
    std::optional<bool> discard; // give space back when a tree goes; not said: on sparse files only
    bool removeOnClose = false;  // dm.use_deferred_removal
};

// From "dm.KEY=VALUE".  Throws InvalidArgument that names the option, NotSupported for one that is
// Docker's and has no meaning here.
Options parseOptions(const std::vector<std::string>& given);

} // namespace ctrd::storage::devicemapper

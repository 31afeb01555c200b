#pragma once

#include "storage/naive_diff.h"

namespace ctrd::storage {

// Every tree is a subvolume, made as a snapshot of its parent's: at once, whatever the image's
// size, and sharing all blocks that neither has changed since.
//
// On disk below `root`: subvolumes/<id> and parents/<id>.
class BtrfsDriver : public NaiveDiff {
public:
    // `root` exists.  Throws NotSupported where it does not lie on a btrfs or subvolumes cannot be
    // made there.
    explicit BtrfsDriver(const std::string& root);
};

} // namespace ctrd::storage

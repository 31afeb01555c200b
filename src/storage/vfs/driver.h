#pragma once

#include "storage/naive_diff.h"

namespace ctrd::storage {

// Every tree is a whole copy of its parent's, made in this process (shared blocks where the file
// system can reflink).  Works on every kernel and file system; slow to create and large.
//
// On disk below `root`: dir/<id> and parents/<id>.
class VfsDriver : public NaiveDiff {
public:
    // Makes `root` where it is not there.  Throws SystemError.
    explicit VfsDriver(const std::string& root);
};

} // namespace ctrd::storage

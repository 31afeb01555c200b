#pragma once

#include <cstdint>
#include <string>

namespace ctrd::archive {

// The data of one open regular file into another, empty one of the same size: shared with it where
// the file system can (FICLONE), else copied with holes kept as holes.  Throws SystemError.
void copyData(int from, int to, int64_t size);

// Makes `to`, an empty directory, a copy of the tree `from`: owners, modes, times, attributes, hard
// links, holes, devices, fifos and the root's own attributes; links are copied as links and never
// followed; sockets are left out, because without their listener they are nothing.  In this process
// and by descriptors, so a path that changes meanwhile leads nowhere else.  A thread may run it
// beside others.  Throws SystemError that names the path.
void copyTree(const std::string& from, const std::string& to);

} // namespace ctrd::archive

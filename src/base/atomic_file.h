#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace ctrd {

enum class Durable {
    No,  // survives the death of the process, not of the machine
    Yes, // fsync of the file and its directory: survives a power cut once this returns
};

// Replaces a file in one step: written beside as ".NAME.tmp-XXXXXX", then renamed.  A reader sees
// the old content or the new, never a part.  Throws SystemError and leaves nothing beside.
void writeFileAtomic(const std::string& path, std::string_view data, mode_t mode = 0600,
                     Durable durable = Durable::No);

// Paths of what writeFileAtomic() left beside the files of `dir` when its process was killed;
// nobody writes there meanwhile.  None where the directory is not there.
std::vector<std::string> unfinishedFiles(const std::string& dir);
void removeUnfinishedFiles(const std::string& dir);

} // namespace ctrd

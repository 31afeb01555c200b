#pragma once

#include "archive/helper_call.h"
#include "archive/stream.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ctrd::archive {

// What becomes of `.wh.NAME` and `.wh..wh..opq`, by which a layer deletes what its parents have.
enum class Whiteouts {
    None,    // they are names like others
    Remove,  // what they name is removed from the tree, unless this archive itself put it there
    Overlay, // they become overlay's marks (marks.h)
    Aufs,    // they become aufs'
};

// "none", "remove", "overlay", "aufs".
const char* whiteoutsWord(Whiteouts whiteouts);
// Throws InvalidArgument.
Whiteouts whiteoutsFromWord(const std::string& word);

struct UnpackOptions {
    Whiteouts whiteouts = Whiteouts::Remove;
    // For the uppermost directory of overlay or aufs: the directories of the layers below, the
    // uppermost first. Directories that the archive takes for granted are made with the attributes
    // they have there, links there are followed, and a whiteout of nothing is left out.
    std::vector<std::string> lowers;
    // An empty directory for what reassembledArchive() needs (kept_headers.h); "" for none.
    std::string keep;
    // What is in the tree or the lower layers already stays as it is.
    bool keepExisting = false;
};

// Unpacks an uncompressed tar into the directory `dir` by a helper process that is chrooted into
// it, and reads `tar` to its end.  Owners, modes, times to the nanosecond, attributes, hard links,
// devices and holes become what the archive says; an absolute name counts from `dir`.  Returns the
// bytes of file content.  InvalidArgument names the entry of a hostile or broken archive: names and
// hard links that lead out of the tree (`..`), links that lead nowhere on the way to an entry, what
// TarReader refuses.  What `tar` throws comes through.  After a failure a part may be in `dir`.
// Without root, for tests, the tree is entered without chroot, and owners and devices are left out.
int64_t applyArchive(const std::string& dir, Source& tar, const UnpackOptions& options);

} // namespace ctrd::archive

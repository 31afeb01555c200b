#pragma once

#include "archive/unpack.h"
#include "base/path.h"

#include <string>

namespace ctrd::archive::testing {

// A directory to unpack into, in this process: what ctrd-helper does, without its chroot.
class TreeBox {
public:
    // Unpacks into `name`, a directory that is made where it is not there; returns the bytes.
    int64_t unpack(const std::string& tar, Whiteouts whiteouts = Whiteouts::Remove,
                   const std::string& name = "tree");
    // What is there already stays.
    void addMissing(const std::string& tar);
    // Unpacks keeping headers and puts the archive together again.
    std::string roundTrip(const std::string& tar);

    std::string path(const std::string& name = "") const {
        return joinPath(dir_.path(), "tree", name);
    }
    std::string beside(const std::string& name) const { return joinPath(dir_.path(), name); }
    // "a a/b c": the paths in the tree, in order.
    std::string list() const;

private:
    TempDir dir_;
    int rounds_ = 0;
};

// "" where it is no file; the text of a file; "-> TARGET" of a link; "/" of a directory.
std::string look(const std::string& path);

} // namespace ctrd::archive::testing

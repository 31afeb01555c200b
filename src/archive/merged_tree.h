#pragma once

#include "archive/marks.h"
#include "base/fd.h"

#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace ctrd::archive {

// What a stack of layers shows, found without mounting it.  The layers do not change meanwhile.
// Goes step by step, so that a path may be longer than the kernel takes at once.  Not thread safe.
class MergedTree {
public:
    MergedTree() = default;
    // Opens the layers' directories, the uppermost first.  Throws SystemError.
    MergedTree(const std::vector<std::string>& layers, Marks marks);

    Marks marks() const { return marks_; }

    struct Found {
        Fd directory; // of the layer it lies in, open where it lies
        std::string name;
        struct stat st;

        // Throw SystemError.
        Fd open(int flags) const;
        std::string readLink() const;
    };
    // `path` is relative without "." or ".."; no link on the way is followed, a directory behind
    // one is not found.  "" is the root.
    std::optional<Found> find(const std::string& path) const;
    // Names in a directory, sorted; none where it is none.
    std::vector<std::string> list(const std::string& path) const;

private:
    using Directories = std::vector<Fd>;
    Directories layers_;
    Marks marks_ = Marks::Overlay;
    // The directory that was asked for last: its neighbours are asked for next.
    mutable std::string lastPath_;
    mutable Directories last_;

    const Directories& directoriesAt(const std::string& path) const;
    Directories enter(const Directories& parents, const std::string& name) const;
    std::optional<struct stat> look(int directory, const std::string& name) const;
};

} // namespace ctrd::archive
